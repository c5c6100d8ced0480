using KvCow.Engine;
using KvCow.Tests.Support;

namespace KvCow.Tests.Concurrency.Transactions;

/// <summary>One writer at a time, in order of arrival, however it waits or stops waiting.</summary>
public sealed class WriterLineTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly TestDatabase _test;

    public WriterLineTests() => _test = TestDatabase.Create(new StoreOptions
    {
        TimeProvider = _time,
        WriterTimeout = TimeSpan.FromSeconds(10),
    });

    private Database Database => _test.Database;

    public void Dispose() => _test.Dispose();

    [Fact]
    public async Task A_second_writer_waits_for_the_end_of_the_first()
    {
        WriteTransaction first = await Database.BeginWriteAsync();
        Task<WriteTransaction> second = Database.BeginWriteAsync().AsTask();
        Assert.False(second.IsCompleted);
        Assert.True(Database.GetStatistics().IsWriterOpen);
        first.CreateBucket("a");
        await first.CommitAsync();
        using WriteTransaction tx = await second;
        Assert.True(tx.BucketExists("a"));
    }

    [Fact]
    public async Task Writers_that_block_and_writers_that_await_go_in_order_of_arrival()
    {
        WriteTransaction first = Database.BeginWrite();
        List<int> order = [];
        List<Task> writers = [];
        for (int i = 0; i < 12; i++)
        {
            int number = i;
            if (i % 2 == 0)
            {
                writers.Add(Write(Database.BeginWriteAsync(), number));
                continue;
            }

            TaskCompletionSource done = new();
            Thread thread = new(() =>
            {
                using WriteTransaction tx = Database.BeginWrite();
                order.Add(number);
                tx.OpenOrCreateBucket("b").NextSequence();
                tx.Commit();
                done.SetResult();
            });
            thread.Start();
            WaitUntilBlocked(thread);
            writers.Add(done.Task);
        }

        first.Rollback();
        await Task.WhenAll(writers);
        Assert.Equal(Enumerable.Range(0, 12), order);
        using ReadTransaction read = Database.BeginRead();
        Assert.Equal(12ul, read.OpenBucket("b").Sequence);

        async Task Write(ValueTask<WriteTransaction> begun, int number)
        {
            await using WriteTransaction tx = await begun;
            order.Add(number);
            tx.OpenOrCreateBucket("b").NextSequence();
            await tx.CommitAsync();
        }
    }

    [Fact]
    public async Task A_wait_ends_at_the_time_limit()
    {
        WriteTransaction first = await Database.BeginWriteAsync();
        Task<WriteTransaction> late = Database.BeginWriteAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(9));
        Task<WriteTransaction> second = Database.BeginWriteAsync().AsTask();
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<WriterTimeoutException>(() => late);
        first.Dispose();
        (await second).Dispose();
        Assert.False(Database.GetStatistics().IsWriterOpen);
    }

    [Fact]
    public async Task A_cancelled_wait_in_the_middle_lets_the_others_keep_their_places()
    {
        using CancellationTokenSource cancel = new();
        WriteTransaction first = Database.BeginWrite();
        Task<WriteTransaction> second = Database.BeginWriteAsync().AsTask();
        Task<WriteTransaction> third = Database.BeginWriteAsync(cancel.Token).AsTask();
        Task<WriteTransaction> fourth = Database.BeginWriteAsync().AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        first.Dispose();
        (await second).Dispose();
        (await fourth).Dispose();
    }

    [Fact]
    public async Task A_commit_cancelled_before_it_begins_leaves_nothing_and_passes_the_turn_on()
    {
        WriteTransaction tx = Database.BeginWrite();
        tx.CreateBucket("gone");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await tx.CommitAsync(new CancellationToken(canceled: true)));
        using WriteTransaction next = Database.BeginWrite();
        Assert.False(next.BucketExists("gone"));
    }

    [Fact]
    public void An_interrupted_wait_passes_its_turn_on()
    {
        WriteTransaction first = Database.BeginWrite();
        Exception? seen = null;
        Thread waiting = new(() => seen = Record.Exception(() => Database.BeginWrite()));
        waiting.Start();
        WaitUntilBlocked(waiting);
        waiting.Interrupt();
        waiting.Join();
        Assert.IsType<ThreadInterruptedException>(seen);
        first.Dispose();
        Database.BeginWrite().Dispose();
    }

    [Fact]
    public void A_reader_begins_reads_and_ends_inside_an_open_write_transaction()
    {
        Database.Write(tx => tx.CreateBucket("b").Put("k"u8, "old"u8));
        using WriteTransaction write = Database.BeginWrite();
        write.OpenBucket("b").Put("k"u8, "new"u8);
        using (ReadTransaction read = Database.BeginRead())
        {
            Assert.Equal("old"u8.ToArray(), read.OpenBucket("b").Get("k"u8));
            Assert.Equal("new"u8.ToArray(), write.OpenBucket("b").Get("k"u8));
            Assert.Empty(Database.Verify().Findings);
            write.Commit();
            Assert.Equal("old"u8.ToArray(), read.OpenBucket("b").Get("k"u8));
        }

        using ReadTransaction after = Database.BeginRead();
        Assert.Equal("new"u8.ToArray(), after.OpenBucket("b").Get("k"u8));
    }

    private static void WaitUntilBlocked(Thread thread) => SpinWait.SpinUntil(
        () => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0);
}
