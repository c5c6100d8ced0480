using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Crash;

/// <summary>Commits that only the redo log tells, and what opening makes of it.</summary>
public sealed class RedoLogCrashTests
{
    private static readonly byte[] Bucket = [(byte)'b'];

    [Theory, Seeds(4, Shared = true)]
    public void Small_changes_with_a_short_redo_log_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, SmallChanges.Apply, CrashOptions.ShortRedo);

    [Theory, Seeds(4, Shared = true)]
    public void Small_changes_with_a_redo_log_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, SmallChanges.Apply, CrashOptions.Redo);

    [Theory, Seeds(4, Shared = true)]
    public void Changes_of_buckets_with_a_redo_log_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, BucketChanges.Apply, CrashOptions.Redo);

    [Theory, Seeds(2, Shared = true)]
    public void Long_values_with_a_redo_log_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, LargeChanges.Apply, CrashOptions.Redo);

    [Theory, Seeds(2, Shared = true)]
    public void Commits_told_while_pages_are_on_their_way_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, LargeChanges.Apply, CrashOptions.SlowPages);

    [Theory, Seeds(6, Shared = true)]
    public void A_torn_batch_does_not_become_whole_by_the_next_one(int seed) =>
        Assert.True(RejectedBatch.Run(seed) >= 200);

    [Fact]
    public void A_batch_of_which_one_sector_came_does_not_become_whole_by_the_next_one() =>
        Assert.InRange(TornBatch.Run(), 1, int.MaxValue);

    [Theory, Seeds(2, Shared = true)]
    public void The_log_of_a_steady_database_takes_no_more_room(int seed) => SteadyRedo.Run(seed);

    [Fact]
    public void A_small_commit_writes_its_record_and_nothing_else()
    {
        SimulatedDisk disk = new();
        using Database database = Filled(disk);
        disk.ResetCounters();
        Put(database, 200, [1, 2, 3]);
        Assert.Equal(4096, disk.CountersOf("").BytesWritten);
        Assert.Equal(1, disk.CountersOf("").Flushes);
        Put(database, 200, [4]);
        Assert.Equal(2 * 4096, disk.CountersOf("").BytesWritten);
        Assert.Equal(2, disk.CountersOf("").Flushes);
    }

    /// <param name="inlineBytes">Of the free list's log in the meta page; the rest would go into
    /// the file beside it.</param>
    [Theory, InlineData(int.MaxValue), InlineData(0)]
    public void Read_only_a_crashed_database_shows_what_was_acknowledged_and_is_not_written(
        int inlineBytes)
    {
        SimulatedDisk disk = Crashed(commits: 30, out byte[] value);
        byte[] before = disk.ReadAll("");
        disk.ResetCounters();
        using (Database database = Database.Open(disk.OpenStorage(),
            CrashOptions.Redo with { ReadOnly = true, InlineDeltaBytesMax = inlineBytes }))
        {
            Assert.Equal(value, database.Read(tx => tx.OpenBucket(Bucket).Get([29])));
            Assert.Equal(0ul, database.GetStatistics().UnflushedCommits);
            Assert.Throws<ReadOnlyDatabaseException>(() => database.BeginWrite());
        }

        Assert.Equal(before, disk.ReadAll(""));
        Assert.Equal(0, disk.Counters.Writes);
        Assert.Equal(0, disk.Counters.Flushes);
    }

    [Fact]
    public void Read_only_with_too_little_memory_it_says_what_to_do()
    {
        SimulatedDisk disk = new();
        using Database database = Database.Open(
            disk.OpenStorage(), CrashOptions.Redo with { CacheBytes = 64 << 20 });
        database.Write(tx => tx.CreateBucket(Bucket));
        for (int i = 0; i < 40; i++)
        {
            database.Write(tx =>
            {
                for (int n = 0; n < 200; n++)
                    tx.OpenBucket(Bucket).Put(BitConverter.GetBytes((i * 200) + n), new byte[900]);
            });
        }

        SimulatedDisk crashed = disk.Fork();
        ReadOnlyDatabaseException refused = Assert.Throws<ReadOnlyDatabaseException>(() =>
            Database.Open(crashed.OpenStorage(), CrashOptions.Redo with { ReadOnly = true }));
        Assert.Contains("ReadOnly = false", refused.Message, StringComparison.Ordinal);
        using Database written = Database.Open(crashed.OpenStorage(), CrashOptions.Redo);
        Assert.Equal(8000, written.Read(tx => tx.OpenBucket(Bucket).Count));
    }

    [Fact]
    public void Every_kind_of_change_is_done_again()
    {
        SimulatedDisk disk = new();
        using Database database = Filled(disk);
        disk.ResetCounters();
        database.Write(tx =>
        {
            WritableBucket a = tx.CreateBucket("a");
            WritableBucket inner = a.CreateBucket("inner");
            for (byte i = 0; i < 20; i++) inner.Put([i], [i, i]);
            inner.Delete([3]);
            Assert.Equal(2, inner.DeleteRange([5], [7]));
            Assert.Equal(2, inner.DeleteFrom([18]));
            inner.SetSequence(40);
            inner.NextSequence();
            inner.Put([17], new byte[5000]);
            WritableBucket gone = a.CreateBucket("gone");
            gone.Put([1], [1]);
            a.DeleteBucket("gone");
            using (Savepoint undone = tx.CreateSavepoint())
            {
                inner.Put([100], [1]);
                a.CreateBucket("undone");
                undone.Rollback();
                inner.Put([101], [2]);
                undone.Release();
            }

            WritableBucket cleared = tx.CreateBucket("cleared");
            cleared.Put([1], [1]);
            cleared.Clear();
            tx.MoveBucket("a", cleared, "moved");
            inner.Put([102], [3]);
            using WritableCursor cursor = inner.OpenCursor();
            Assert.True(cursor.MoveToFirst());
            cursor.Delete();
        });
        // The record and the long value: no page of a tree, and no meta page.
        Assert.Equal(1, disk.CountersOf("").Flushes);
        using Database again = Database.Open(disk.Fork().OpenStorage(), CrashOptions.Redo);
        Assert.Null(Difference(database, again));
        CrashOracle.AssertSound(again);
    }

    [Fact]
    public void Commits_that_come_to_nothing_together_are_done_again_all_the_same()
    {
        SimulatedDisk disk = new();
        using Database database = Database.Open(disk.OpenStorage(), CrashOptions.Redo);
        database.Write(static tx => tx.CreateBucket(Bucket));
        Put(database, 1, [1]);
        database.Write(static tx => tx.OpenBucket(Bucket).Clear());
        SimulatedDisk crashed = CrashStates.Enumerate(disk, new Random(1), 1).Single();
        using Database again = Database.Open(crashed.OpenStorage(), CrashOptions.Redo);
        CrashOracle oracle = new(new CrashPlan { StateCount = 0 }, new Random(1));
        ModelBucket empty = new() { Buckets = { [Bucket] = new ModelBucket() } };
        ModelBucket full = new() { Buckets = { [Bucket] = new() { Entries = { [[2]] = [2] } } } };
        CrashPoints points = new(crashed, new Random(1), 10)
        {
            Expected = new Expectation(empty, full),
            Check = oracle.Check,
        };
        points.Start();
        Put(again, 2, [2]); // Pages of its own, perhaps where the log was.
        points.Stop();
        Assert.InRange(oracle.StateCount, 1, int.MaxValue);
    }

    private static string? Difference(Database a, Database b)
    {
        using MemoryStream left = new();
        using MemoryStream right = new();
        a.ExportTo(left);
        b.ExportTo(right);
        return left.ToArray().AsSpan().SequenceEqual(right.ToArray()) ? null : "they differ";
    }

    private static SimulatedDisk Crashed(int commits, out byte[] last)
    {
        SimulatedDisk disk = new();
        using Database database = Filled(disk);
        last = [];
        for (int i = 0; i < commits; i++) Put(database, (byte)i, last = [7, (byte)i]);
        // All that was written has reached the device, the mark of the last commit too.
        return CrashStates.Enumerate(disk, new Random(1), 1).Single();
    }

    /// <summary>The first commit writes pages, and gives the redo log its place.</summary>
    private static Database Filled(SimulatedDisk disk)
    {
        Database database = Database.Open(disk.OpenStorage(), CrashOptions.Redo);
        database.Write(static tx => tx.CreateBucket(Bucket).Put([0], [0]));
        return database;
    }

    private static void Put(Database database, byte key, byte[] value) =>
        database.Write(tx => tx.OpenBucket(Bucket).Put([key], value));
}
