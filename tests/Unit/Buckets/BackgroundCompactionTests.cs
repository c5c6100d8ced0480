using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;
using KvCow.Tests.Support.Telemetry;
using Microsoft.Extensions.Logging;

namespace KvCow.Tests.Unit.Buckets;

public sealed class BackgroundCompactionTests : IDisposable
{
    private const int Count = 12_000;
    private const int StepsMax = 2000;

    private readonly ManualTime _time = new();
    private readonly LogLines _log = new();

    public void Dispose() => _log.Dispose();

    [Fact]
    public void Past_the_share_of_dead_bytes_the_file_is_made_short_without_being_asked()
    {
        using TestDatabase test = Create();
        Fill(test, "a", Count);
        long before = test.Disk.LengthOf("");
        Assert.Equal(0, _time.TimerCount);
        Delete(test, "a", static i => i % 10 != 0);
        CompactionFigures figures = RunToTheEnd(test);
        Assert.Equal(CompactionEnd.Done, figures.LastEnd);
        Assert.Equal(1, figures.Runs);
        Assert.Equal(0, figures.Failures);
        Assert.True(figures.BytesMoved > 0);
        Assert.True(test.Disk.LengthOf("") < before / 4);
        Assert.Equal(0, _time.TimerCount);
        Assert.Equal(Count / 10, test.Database.Read(tx => tx.OpenBucket("a").Count));
        Assert.Contains(_log.All, line => line is { Level: LogLevel.Information, Event: 11 });
    }

    [Fact]
    public void Below_the_share_and_when_switched_off_nothing_is_begun()
    {
        using TestDatabase few = Create();
        Fill(few, "a", Count);
        Delete(few, "a", static i => i < Count / 8);
        using TestDatabase never = Create(static options => options with { DeadShareMax = 1 });
        Fill(never, "a", Count);
        Delete(never, "a", static i => i > 0);
        using TestDatabase small =
            Create(static options => options with { DeadBytesMin = 1 << 30 });
        Fill(small, "a", Count);
        Delete(small, "a", static i => i > 0);
        Assert.Equal(0, _time.TimerCount);
    }

    [Fact]
    public void A_file_with_dead_bytes_is_noticed_when_it_is_opened()
    {
        using TestDatabase test = Create(static options => options with { PageBytes = 8192 });
        Fill(test, "a", Count);
        // Every leaf stays: a clean close can cut nothing.
        Delete(test, "a", static i => i % 10 != 0);
        test.Reopen();
        Assert.Equal(CompactionEnd.Done, RunToTheEnd(test).LastEnd);
    }

    [Fact]
    public void A_failure_is_told_and_the_compaction_is_tried_again_later()
    {
        using TestDatabase test = Create();
        Fill(test, "a", Count);
        Delete(test, "a", static i => i % 10 != 0);
        test.Disk.Faults.Fail(DiskOperation.Read, 1, lasting: true);
        Advance(test, TimeSpan.FromSeconds(1));
        while (test.Database.GetStatistics().Compaction.Failures == 0)
            Advance(test, TimeSpan.FromMilliseconds(1));
        CompactionFigures failed = test.Database.GetStatistics().Compaction;
        Assert.False(failed.IsRunning);
        Assert.IsAssignableFrom<IOException>(failed.LastFailure);
        Assert.Null(failed.LastEnd);
        Assert.Equal(_time.GetUtcNow() + TimeSpan.FromSeconds(1), failed.NextAttempt);
        Assert.Contains(_log.All, line => line is { Level: LogLevel.Error, Event: 12 });
        // A call meets the same.
        Assert.ThrowsAny<IOException>(() => test.Database.Compact());

        // It fails again, and then waits twice as long.
        Advance(test, TimeSpan.FromSeconds(1));
        while (test.Database.GetStatistics().Compaction.Failures == 1)
            Advance(test, TimeSpan.FromMilliseconds(1));
        TimeSpan? wait = test.Database.GetStatistics().Compaction.NextAttempt - _time.GetUtcNow();
        Assert.Equal(TimeSpan.FromSeconds(2), wait);

        test.Disk.Faults.Clear();
        CompactionFigures figures = RunToTheEnd(test);
        Assert.Equal(CompactionEnd.Done, figures.LastEnd);
        Assert.Null(figures.LastFailure);
        Assert.Null(figures.NextAttempt);
        Assert.Equal(2, figures.Failures);
    }

    [Fact]
    public void After_a_failed_flush_it_stops_and_writers_are_told()
    {
        TestDatabase test = Create();
        test.ExpectDamage();
        Fill(test, "a", Count);
        Delete(test, "a", static i => i % 10 != 0);
        test.Disk.Faults.Fail(DiskOperation.Flush, 1);
        Advance(test, TimeSpan.FromSeconds(1));
        while (!test.Database.GetStatistics().IsFailed) Advance(test, TimeSpan.FromMilliseconds(1));
        CompactionFigures figures = test.Database.GetStatistics().Compaction;
        Assert.Equal(1, figures.Failures);
        Assert.IsType<DatabaseFailedException>(figures.LastFailure);
        Assert.Equal(0, _time.TimerCount);
        Assert.Throws<DatabaseFailedException>(() => test.Database.BeginWrite());
        test.Dispose();
    }

    [Fact]
    public void With_an_old_snapshot_open_it_writes_nothing_and_waits()
    {
        using TestDatabase test = Create();
        Fill(test, "a", Count);
        ReadTransaction reader = test.Database.BeginRead();
        Delete(test, "a", static i => i % 10 != 0);
        for (int i = 0; i < 8; i++) Advance(test, TimeSpan.FromMinutes(1));
        DatabaseStatistics held = test.Database.GetStatistics();
        Assert.Equal(CompactionEnd.HeldByReaders, held.Compaction.LastEnd);
        Assert.Equal(0, held.Compaction.BytesMoved);
        Assert.True(held.DeadBytes >= held.PendingBytes && held.PendingBytes > 0);
        Assert.InRange(
            held.Compaction.NextAttempt!.Value - _time.GetUtcNow(),
            TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
        Assert.Equal(Count, reader.OpenBucket("a").Count);
        reader.Dispose();
        Advance(test, TimeSpan.FromMinutes(1));
        Assert.Equal(CompactionEnd.Done, RunToTheEnd(test).LastEnd);
    }

    [Fact]
    public void A_file_that_cannot_be_made_short_is_left_alone_until_much_has_changed()
    {
        using TestDatabase test = Create();
        Fill(test, "a", 2 * Count);
        // Behind all that, and too long to be moved beside writers.
        test.Database.Write(tx => tx.OpenOrCreateBucket("z").Put("k"u8, new byte[17 << 20]));
        Fill(test, "b", Count);
        Delete(test, "a", static i => i >= 0);
        test.Database.Write(tx => tx.OpenBucket("z").Put("l"u8, new byte[17 << 20]));
        test.Database.Write(tx => tx.OpenBucket("z").Delete("k"u8));
        CompactionFigures figures = RunToTheEnd(test);
        Assert.Equal(CompactionEnd.NoRoom, figures.LastEnd);
        long moved = figures.BytesMoved;
        for (int i = 0; i < 20; i++)
        {
            test.Database.Write(tx => tx.OpenBucket("b").Put([1], [2]));
            Assert.Equal(0, _time.TimerCount);
        }

        // Whoever asks for it gets it.
        Assert.Equal(CompactionEnd.Done, test.Database.Compact().End);
        Assert.Equal(moved, test.Database.GetStatistics().Compaction.BytesMoved);
    }

    [Fact]
    public void Disposing_between_two_steps_ends_it()
    {
        using TestDatabase test = Create();
        Fill(test, "a", Count);
        Delete(test, "a", static i => i % 10 != 0);
        Advance(test, TimeSpan.FromSeconds(1));
        Assert.True(test.Database.GetStatistics().Compaction.IsRunning);
        Assert.Equal(1, _time.TimerCount);
        test.Database.Dispose();
        Assert.Equal(0, _time.TimerCount);
    }

    [Fact]
    public void Whoever_hears_of_its_end_may_dispose_the_database()
    {
        TestDatabase? test = null;
        using LogCallback listener = new(11, () => test!.Database.Dispose());
        test = Create(options => options with { LoggerFactory = listener });
        using (test)
        {
            Fill(test, "a", Count);
            Delete(test, "a", static i => i % 10 != 0);
            while (!listener.IsCalled) Advance(test, TimeSpan.FromSeconds(1));
            Assert.Throws<HandleEndedException>(() => test.Database.BeginRead());
            Assert.Equal(0, _time.TimerCount);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void A_share_that_is_none_is_refused(double share) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new DatabaseOptions { DeadShareMax = share }.ToStoreOptions());

    [Theory, Seeds(1)]
    public void Steady_overwrites_keep_the_file_within_one_and_a_half_times_the_live_bytes(int seed)
    {
        Random random = new(seed);
        using TestDatabase test = TestDatabase.Create(cacheBytes: 16 << 20);
        const int Entries = 40_000;
        for (int i = 0; i < Entries; i += 5000)
        {
            test.Database.Write(tx =>
            {
                WritableBucket bucket = tx.OpenOrCreateBucket("a");
                for (int j = i; j < i + 5000; j++) bucket.Put(Key(j), Value(j));
            });
        }

        double most = 0;
        for (int commit = 0; commit < 1500; commit++)
        {
            test.Database.Write(tx =>
            {
                WritableBucket bucket = tx.OpenBucket("a");
                for (int i = 0; i < 60; i++) bucket.Put(Key(random.Next(Entries)), Value(commit));
            });
            DatabaseStatistics figures = test.Database.GetStatistics();
            most = Math.Max(most, (double)figures.FileBytes / figures.LiveBytes);
        }

        Assert.InRange(most, 1.1, 1.5);
    }

    private TestDatabase Create(Func<StoreOptions, StoreOptions>? change = null)
    {
        StoreOptions options = new()
        {
            CacheBytes = 256 << 10,
            DeadShareMax = 0.4,
            // More than the first step by which a file grows.
            DeadBytesMin = 1500 << 10,
            TimeProvider = _time,
            LoggerFactory = _log,
        };
        return TestDatabase.Create(change is null ? options : change(options));
    }

    /// <summary>Lets the clock go on and waits for the step that this begins.</summary>
    private void Advance(TestDatabase test, TimeSpan step)
    {
        _time.Advance(step);
        test.Database.BackgroundStep.Wait();
    }

    private CompactionFigures RunToTheEnd(TestDatabase test)
    {
        long runs = test.Database.GetStatistics().Compaction.Runs;
        for (int i = 0; i < StepsMax; i++)
        {
            Advance(test, TimeSpan.FromSeconds(1));
            CompactionFigures figures = test.Database.GetStatistics().Compaction;
            if (figures.Runs > runs) return figures;
        }

        throw new InvalidOperationException("The compaction does not come to an end.");
    }

    private static void Fill(TestDatabase test, string name, int count)
    {
        foreach (int[] batch in Enumerable.Range(0, count).Chunk(500))
        {
            test.Database.Write(tx =>
            {
                foreach (int i in batch) tx.OpenOrCreateBucket(name).Put(Key(i), Value(i));
            });
        }
    }

    private static void Delete(TestDatabase test, string name, Func<int, bool> wanted)
    {
        test.Database.Write(tx =>
        {
            foreach (int i in Enumerable.Range(0, 2 * Count).Where(wanted))
                tx.OpenBucket(name).Delete(Key(i));
        });
    }

    private static byte[] Key(int i) =>
        [(byte)(i >> 16), (byte)(i >> 8), (byte)i, .. "a key of twenty-four"u8];

    private static byte[] Value(int i) => [.. Enumerable.Range(i, 150).Select(k => (byte)k)];
}
