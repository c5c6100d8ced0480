using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>Commits that return before any flush.</summary>
public sealed class EventualTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly ManualTime _time = new();

    [Fact]
    public void An_eventual_commit_is_visible_and_neither_writes_nor_flushes()
    {
        using Database database = Open();
        // Room for all that follows: growing takes a flush of its own.
        database.Write(static tx => tx.CreateBucket("b").Put([0], new byte[1_800_000]));
        database.Write(static tx => tx.OpenBucket("b").Put([0], [0]));
        _disk.ResetCounters();
        for (byte i = 0; i < 250; i++) Put(database, i);
        Assert.Equal(0, _disk.Counters.Writes);
        Assert.Equal(0, _disk.Counters.Flushes);
        Assert.Equal(250, CountIn(database));
        DatabaseStatistics figures = database.GetStatistics();
        Assert.Equal(250UL, figures.UnflushedCommits);
        // Each replaces two pages and more of the one before; they are given back in lots of 256.
        Assert.InRange(figures.UnflushedBytes, 4096, 300 * 4096);
        Assert.Equal(1, CountIn(Crash()));
    }

    [Fact]
    public void A_flush_is_a_barrier_and_writes_superseded_pages_once()
    {
        using Database database = Open();
        for (byte i = 0; i < 200; i++) Put(database, i);
        _disk.ResetCounters();
        database.Flush();
        Assert.Equal(1, _disk.CountersOf("").Flushes);
        Assert.InRange(_disk.Counters.BytesWritten, 4096, 100 * 4096);
        Assert.Equal(0UL, database.GetStatistics().UnflushedCommits);
        Assert.Equal(0, database.GetStatistics().UnflushedBytes);
        Assert.Equal(200, CountIn(Crash()));

        _disk.ResetCounters();
        database.Flush();
        Assert.Equal(0, _disk.Counters.Flushes);
    }

    [Fact]
    public async Task A_flush_does_not_wait_for_an_open_transaction()
    {
        using Database database = Open();
        Put(database, 1);
        using WriteTransaction tx = database.BeginWrite();
        tx.OpenBucket("b").Put([2], [2]);
        await database.FlushAsync();
        Assert.Equal(1, CountIn(Crash()));
        tx.Commit();
        Assert.Equal(2, CountIn(Crash()));
    }

    [Fact]
    public void The_clock_begins_a_flush_and_no_timer_runs_when_nothing_waits()
    {
        using Database database = Open();
        Assert.Equal(0, _time.TimerCount);
        Put(database, 1);
        Put(database, 2);
        Assert.Equal(1, _time.TimerCount);
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(2UL, database.GetStatistics().UnflushedCommits);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(0UL, database.GetStatistics().UnflushedCommits);
        Assert.Equal(0, _time.TimerCount);
        Assert.Equal(2, CountIn(Crash()));
    }

    [Fact]
    public void The_clock_begins_a_flush_of_what_was_put_where_no_surroundings_flow()
    {
        using (ExecutionContext.SuppressFlow())
        {
            using Database database = Open();
            Put(database, 1);
            Assert.True(ExecutionContext.IsFlowSuppressed());
            _time.Advance(TimeSpan.FromMilliseconds(100));
            Assert.Equal(0UL, database.GetStatistics().UnflushedCommits);
        }

        Assert.Equal(1, CountIn(Crash()));
    }

    [Fact]
    public void A_full_commit_makes_those_before_durable()
    {
        using Database database = Open();
        Put(database, 1);
        database.Write(static tx => tx.OpenBucket("b").Put([2], []), Durability.Full);
        Assert.Equal(2, CountIn(Crash()));
        Assert.Equal(0, _time.TimerCount);
    }

    [Fact]
    public async Task Enough_bytes_begin_a_flush()
    {
        TaskCompletionSource flushed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using Database database = Open(static options => options with
        {
            UnflushedBytesMax = 64 << 10,
            UnflushedTimeMax = Timeout.InfiniteTimeSpan,
        });
        _disk.Observer = told =>
        {
            if (told is { Operation: DiskOperation.Write, Suffix: ".pending", Offset: 0 })
                flushed.TrySetResult();
        };
        for (int i = 0; i < 40; i++)
        {
            database.Write(tx => tx.OpenOrCreateBucket("b").Put([(byte)i], new byte[3000]),
                Durability.Eventual);
        }

        await flushed.Task;
        Assert.True(CountIn(Crash()) > 0);
        Assert.Equal(0, _time.TimerCount);
    }

    [Fact]
    public void An_eventual_commit_shows_a_full_one_that_waits_for_its_flush()
    {
        using Database database = Open();
        Put(database, 1);
        database.Flush();
        using ManualResetEventSlim held = new();
        using ManualResetEventSlim release = new();
        _disk.Observer = told =>
        {
            if (told.Operation != DiskOperation.Flush || held.IsSet) return;
            held.Set();
            release.Wait();
        };
        Thread full = new(() => database.Write(static tx => tx.CreateBucket("full")));
        full.Start();
        held.Wait();
        Assert.False(database.Read(static tx => tx.BucketExists("full")));
        database.Write(static tx => tx.CreateBucket("next"), Durability.Eventual);
        Assert.True(database.Read(static tx => tx.BucketExists("full")));
        release.Set();
        full.Join();
    }

    [Fact]
    public void A_failed_flush_is_told_by_every_write_flush_and_the_dispose()
    {
        Database database = Open();
        Put(database, 1);
        _disk.Faults.Fail(DiskOperation.Flush, 1);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(database.GetStatistics().IsFailed);
        Assert.Equal(1, CountIn(database));
        Assert.Throws<DatabaseFailedException>(() => Put(database, 2));
        Assert.Throws<DatabaseFailedException>(database.Flush);
        Assert.Throws<DatabaseFailedException>(database.Dispose);
    }

    [Fact]
    public void Large_eventual_commits_go_to_the_file_at_once()
    {
        using Database database = Open(static options => options with { CacheBytes = 256 << 10 });
        for (int i = 0; i < 4; i++)
        {
            database.Write(tx =>
            {
                WritableBucket bucket = tx.OpenOrCreateBucket("b");
                for (int k = 0; k < 1500; k++)
                    bucket.Put([(byte)i, (byte)(k >> 8), (byte)k], new byte[800]);
            }, Durability.Eventual);
        }

        Assert.Equal(6000, CountIn(database));
        Assert.True(database.Verify().IsSound);
        Assert.Equal(6000, CountIn(Crash()));
    }

    [Fact]
    public async Task A_database_can_be_eventual_and_single_commits_more()
    {
        using Database database = Open(static options => options with
        {
            Durability = Durability.Eventual,
        });
        database.Write(static tx => tx.CreateBucket("b"));
        _disk.ResetCounters();
        await database.WriteAsync(static tx =>
        {
            tx.OpenBucket("b").Put([1], []);
            return ValueTask.CompletedTask;
        });
        Assert.Equal(0, _disk.Counters.Flushes);
        await database.WriteAsync(static tx =>
        {
            tx.OpenBucket("b").Put([2], []);
            return ValueTask.CompletedTask;
        }, Durability.Paranoid);
        Assert.Equal(2, _disk.CountersOf("").Flushes);
        Assert.Equal(2, CountIn(Crash()));
        using WriteTransaction tx = database.BeginWrite();
        Assert.Throws<ArgumentOutOfRangeException>(() => tx.Commit((Durability)9));
    }

    [Fact]
    public async Task A_commit_with_a_checkpoint_holds_the_turn_and_not_its_caller()
    {
        using Database database = Open(static options => options with
        {
            InlineDeltaBytesMax = 0,
            LogBytesMax = 0,
        });
        database.Write(static tx => tx.CreateBucket("b"));
        using ManualResetEventSlim release = new();
        TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _disk.Observer = told =>
        {
            if (told is not { Operation: DiskOperation.Flush, Suffix: "" }) return;
            held.TrySetResult();
            release.Wait();
        };
        WriteTransaction first = database.BeginWrite();
        first.OpenBucket("b").Put([1], []);
        Task commit = first.CommitAsync().AsTask();
        await held.Task;
        Task<WriteTransaction> next = database.BeginWriteAsync().AsTask();
        Assert.False(commit.IsCompleted);
        Assert.False(next.IsCompleted);

        release.Set();
        await commit;
        using WriteTransaction second = await next;
        Assert.Equal(1, second.OpenBucket("b").Count);
    }

    private static void Put(Database database, byte key) => database.Write(
        tx => tx.OpenOrCreateBucket("b").Put([key], [key]), Durability.Eventual);

    private static long CountIn(Database database) =>
        database.Read(static tx => tx.TryOpenBucket("b")?.Count ?? 0);

    private static long CountIn(SimulatedDisk disk)
    {
        using Database database = Database.Open(disk.OpenStorage(), new StoreOptions());
        Assert.True(database.Verify().IsSound);
        return CountIn(database);
    }

    private SimulatedDisk Crash() => _disk.Fork();

    private Database Open(Func<StoreOptions, StoreOptions>? change = null)
    {
        StoreOptions options = new() { CacheBytes = 4 << 20, TimeProvider = _time };
        return Database.Open(_disk.OpenStorage(), change?.Invoke(options) ?? options);
    }
}
