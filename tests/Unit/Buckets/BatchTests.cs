using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;
using static KvCow.Tests.Support.Crash.Hang;

namespace KvCow.Tests.Unit.Buckets;

public sealed class BatchTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly TestDatabase _test;

    public BatchTests()
    {
        _test = TestDatabase.Create(new StoreOptions
        {
            CacheBytes = 1 << 20,
            TimeProvider = _time,
            WriterTimeout = TimeSpan.FromSeconds(5),
        });
        Database.Write(static tx => tx.CreateBucket("b"));
    }

    private Database Database => _test.Database;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_call_alone_is_done_at_once_on_its_own_thread()
    {
        int thread = 0;
        Task<ulong> call = Database.BatchAsync(tx =>
        {
            thread = Environment.CurrentManagedThreadId;
            tx.OpenBucket("b").Put([1], [1]);
            return tx.Id;
        });
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        ulong commit = await call.WaitAsync(Limit);
        Assert.Equal(Database.GetStatistics().TransactionId, commit);
        Assert.Equal([1], Get([1]));
    }

    [Fact]
    public async Task Calls_that_wait_together_share_a_commit_in_their_order()
    {
        Task<ulong>[] calls = QueueBehindAWriter(20, static (tx, i) =>
        {
            WritableBucket bucket = tx.OpenBucket("b");
            Assert.Equal(i, bucket.Count);
            bucket.Put([(byte)i], [(byte)i]);
        });
        ulong[] commits = await Task.WhenAll(calls).WaitAsync(Limit);
        Assert.Single(commits.Distinct());
        Assert.Equal(20, Count());
    }

    [Fact]
    public async Task A_call_that_throws_takes_only_its_own_changes_with_it()
    {
        Task<ulong>[] calls = QueueBehindAWriter(9, static (tx, i) =>
        {
            WritableBucket bucket = tx.OpenBucket("b");
            bucket.Put([(byte)i], new byte[i % 2 == 0 ? 10 : 20_000]);
            tx.OpenOrCreateBucket("other").Put([(byte)i], []);
            bucket.NextSequence();
            using Savepoint left = tx.CreateSavepoint();
            if (i % 3 == 0) throw new FormatException($"call {i}");
            left.Release();
        });
        for (int i = 0; i < calls.Length; i++)
        {
            Task call = calls[i].WaitAsync(Limit);
            if (i % 3 == 0)
                Assert.Equal($"call {i}",
                    (await Assert.ThrowsAsync<FormatException>(() => call)).Message);
            else
                await call;
        }

        using ReadTransaction tx = Database.BeginRead();
        byte[] keys = [1, 2, 4, 5, 7, 8];
        Assert.All(keys, key => Assert.True(tx.OpenBucket("b").ContainsKey([key])));
        Assert.Equal(keys.Length, tx.OpenBucket("b").Count);
        Assert.Equal(6, tx.OpenBucket("other").Count);
        Assert.Equal(6ul, tx.OpenBucket("b").Sequence);
    }

    [Fact]
    public async Task Handles_of_one_call_are_dead_in_the_next()
    {
        WriteTransaction? leaked = null;
        WritableBucket? bucket = null;
        WritableCursor? cursor = null;
        Savepoint? savepoint = null;
        Task<ulong>[] calls = QueueBehindAWriter(3, (tx, i) =>
        {
            if (i > 0)
            {
                Assert.Throws<HandleEndedException>(() => leaked!.OpenBucket("b"));
                Assert.Throws<HandleEndedException>(() => leaked!.CreateSavepoint());
                Assert.Throws<HandleEndedException>(() => bucket!.Put([9], []));
                Assert.Throws<HandleEndedException>(() => bucket!.Count);
                Assert.Throws<HandleEndedException>(() => cursor!.MoveNext());
                Assert.Throws<HandleEndedException>(() => savepoint!.Rollback());
                leaked!.Dispose();
            }

            leaked = tx;
            bucket = tx.OpenBucket("b");
            bucket.Put([(byte)i], []);
            cursor = bucket.OpenCursor();
            savepoint = tx.CreateSavepoint();
        });
        await Task.WhenAll(calls).WaitAsync(Limit);
        Assert.Throws<HandleEndedException>(() => bucket!.Put([9], []));
        Assert.Equal(3, Count());
    }

    [Fact]
    public async Task The_work_neither_commits_nor_keeps_what_it_rolls_back()
    {
        Task<ulong>[] calls = QueueBehindAWriter(4, static (tx, i) =>
        {
            tx.OpenBucket("b").Put([(byte)i], []);
            if (i == 1) tx.Commit();
            if (i == 2) tx.Rollback();
        });
        await calls[0].WaitAsync(Limit);
        await Assert.ThrowsAsync<InvalidOperationException>(() => calls[1].WaitAsync(Limit));
        await Assert.ThrowsAsync<HandleEndedException>(() => calls[2].WaitAsync(Limit));
        await calls[3].WaitAsync(Limit);
        Assert.Equal(2, Count());
    }

    [Fact]
    public async Task A_call_given_up_before_its_turn_is_not_run()
    {
        using CancellationTokenSource source = new();
        Task cancelled, late, last;
        using (WriteTransaction holder = Database.BeginWrite())
        {
            cancelled = Database.BatchAsync(static tx => tx.OpenBucket("b").Put([1], []), null,
                source.Token);
            late = Database.BatchAsync(static tx => tx.OpenBucket("b").Put([2], []));
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => cancelled.WaitAsync(Limit));
            _time.Advance(TimeSpan.FromSeconds(6));
            await Assert.ThrowsAsync<WriterTimeoutException>(() => late.WaitAsync(Limit));
            last = Database.BatchAsync(static tx => tx.OpenBucket("b").Put([3], []));
        }

        await last.WaitAsync(Limit);
        Assert.Equal(1, Count());
        Assert.Throws<OperationCanceledException>(source.Token.ThrowIfCancellationRequested);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Database.BatchAsync(static tx => tx.Id, null, source.Token));
    }

    [Fact]
    public async Task The_end_of_the_database_ends_the_calls_that_wait()
    {
        Task<ulong>[] calls;
        using (WriteTransaction holder = Database.BeginWrite())
        {
            calls = Queue(3, static (tx, i) => tx.OpenBucket("b").Put([(byte)i], []));
            Database.Dispose();
        }

        foreach (Task call in calls)
            await Assert.ThrowsAsync<HandleEndedException>(() => call.WaitAsync(Limit));
        await Assert.ThrowsAsync<HandleEndedException>(
            () => Database.BatchAsync(static tx => tx.Id).WaitAsync(Limit));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task What_failed_first_is_told_unless_the_database_ended(bool ends, bool throws)
    {
        Database.Write(static tx => tx.CreateBucket("cold").Put([1], new byte[100]));
        _test.Reopen();
        Task<ulong>[] calls = QueueBehindAWriter(2, (tx, i) =>
        {
            if (i == 0)
            {
                tx.OpenBucket("b").Put([1], []);
                return;
            }

            WritableBucket cold = tx.OpenBucket("cold");
            _test.Disk.Faults.Fail(DiskOperation.Read, 1, suffix: "");
            Assert.ThrowsAny<Exception>(() => cold.Put([1], []));
            if (ends) Database.Dispose();
            if (throws) throw new FormatException();
        });
        var told = await Assert.ThrowsAnyAsync<DatabaseException>(() => calls[0].WaitAsync(Limit));
        if (ends) Assert.IsType<HandleEndedException>(told);
        else Assert.IsType<IOException>(Assert.IsType<RollbackOnlyException>(told).InnerException);
        await Assert.ThrowsAnyAsync<Exception>(() => calls[1].WaitAsync(Limit));
    }

    [Fact]
    public async Task A_change_that_fails_half_way_fails_those_done_before_it_and_no_later_one()
    {
        Database.Write(static tx => tx.CreateBucket("damaged").Put([1], new byte[100]));
        _test.Reopen();
        Database.Read(static tx => tx.OpenBucket("b").Count);
        Task<ulong>[] calls;
        using (WriteTransaction holder = Database.BeginWrite())
        {
            holder.OpenBucket("b").Get([1]);
            _test.Disk.Faults.Fail(DiskOperation.Read, 1, suffix: "");
            calls = Queue(3, static (tx, i) =>
                tx.OpenBucket(i == 1 ? "damaged" : "b").Put([(byte)i], [1]));
        }

        RollbackOnlyException before = await Assert.ThrowsAsync<RollbackOnlyException>(
            () => calls[0].WaitAsync(Limit));
        Assert.NotNull(before.InnerException);
        await Assert.ThrowsAnyAsync<Exception>(() => calls[1].WaitAsync(Limit));
        await calls[2].WaitAsync(Limit);
        Assert.Equal(1, Count());
    }

    [Fact]
    public async Task Each_durability_has_a_commit_of_its_own()
    {
        Task<ulong>[] calls = QueueBehindAWriter(4,
            static (tx, i) => tx.OpenBucket("b").Put([(byte)i], []),
            static i => i < 2 ? Durability.Eventual : Durability.Full);
        ulong[] commits = await Task.WhenAll(calls).WaitAsync(Limit);
        Assert.Equal(commits[0], commits[1]);
        Assert.Equal(commits[2], commits[3]);
        Assert.NotEqual(commits[0], commits[2]);
        Assert.Equal(0ul, Database.GetStatistics().UnflushedCommits);
    }

    [Fact]
    public async Task The_work_has_the_surroundings_of_its_caller()
    {
        AsyncLocal<int> local = new();
        Task<int>[] calls = new Task<int>[3];
        using (WriteTransaction holder = Database.BeginWrite())
        {
            for (int i = 0; i < calls.Length; i++)
            {
                local.Value = i;
                calls[i] = Database.BatchAsync(_ => local.Value);
            }
        }

        int[] seen = await Task.WhenAll(calls).WaitAsync(Limit);
        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public async Task Work_asked_for_where_no_surroundings_flow_has_none()
    {
        AsyncLocal<int> local = new() { Value = 7 };
        Task<int> call;
        using (WriteTransaction holder = Database.BeginWrite())
        using (ExecutionContext.SuppressFlow())
        {
            call = Database.BatchAsync(_ => local.Value);
        }

        Assert.Equal(0, await call.WaitAsync(Limit));
    }

    [Fact]
    public async Task Asynchronous_work_is_refused() => await Assert.ThrowsAsync<ArgumentException>(
        () => Database.BatchAsync(static _ => Task.FromResult(1)));

    private Task<ulong>[] QueueBehindAWriter(int count, Action<WriteTransaction, int> work,
        Func<int, Durability>? durability = null)
    {
        using WriteTransaction holder = Database.BeginWrite();
        return Queue(count, work, durability);
    }

    private Task<ulong>[] Queue(int count, Action<WriteTransaction, int> work,
        Func<int, Durability>? durability = null) =>
        [.. Enumerable.Range(0, count).Select(i => Database.BatchAsync(
            tx =>
            {
                work(tx, i);
                return tx.Id;
            }, durability?.Invoke(i)))];

    private byte[]? Get(byte[] key) => Database.Read(tx => tx.OpenBucket("b").Get(key));

    private long Count() => Database.Read(static tx => tx.OpenBucket("b").Count);
}
