using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Histories;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Concurrency.Transactions;

/// <summary>
/// The database is disposed while everything runs on other threads: each of them is told that its
/// handle has ended, nothing else happens to them, and what was acknowledged is in the file.
/// </summary>
public sealed class DisposeRaceTests
{
    private const int Rounds = 120;
    private const int Keys = 300;
    private const int CommitsMax = 20_000;

    private static readonly StoreOptions Options = new()
    {
        CacheBytes = 0,
        PoisonFreedFrames = true,
    };

    [Theory, Seeds(count: 1)]
    public void Readers_and_writers_end_and_the_file_is_whole(int seed)
    {
        for (int round = 0; round < Rounds; round++)
        {
            SimulatedDisk disk = new();
            Random random = new((seed * 10_000) + round);
            Database database = Database.Open(disk.OpenStorage(), Options);
            History history = HistoryWriter.Begin(database, Keys, CommitsMax);
            for (int i = 0; i < 10; i++) new HistoryWriter(database, history, random).Commit();

            int steps = 0;
            int stepsMax = random.Next(1, 60);
            Action[] work =
            [
                () => new HistoryWriter(database, history, random).Commit(),
                () => new HistoryReader(database, history, new Random(seed)).CheckSnapshot(),
                () => WriteLongValue(database),
                () => Assert.Empty(database.Verify().Findings),
                () => database.GetStatistics(),
            ];
            Threads.Run(work.Length + 1, (thread, failed) =>
            {
                if (thread < work.Length)
                {
                    RunToTheEnd(work[thread], ref steps);
                    return;
                }

                SpinWait.SpinUntil(() =>
                    Volatile.Read(ref steps) >= stepsMax || failed.IsCancellationRequested);
                database.Dispose();
            });

            Assert.Equal(0, disk.OpenFileCount);
            CheckReopened(disk, history);
        }
    }

    [Fact]
    public void A_transaction_left_open_ends_with_the_database_and_may_be_disposed_later()
    {
        SimulatedDisk disk = new();
        Database database = Database.Open(disk.OpenStorage(), Options);
        History history = HistoryWriter.Begin(database, Keys, CommitsMax);
        ReadTransaction read = database.BeginRead();
        WriteTransaction write = database.BeginWrite();
        WritableBucket bucket = write.OpenBucket(HistoryWriter.Bucket);
        bucket.Put("long"u8, new byte[100_000]);
        database.Dispose();

        Assert.Throws<HandleEndedException>(() => bucket.Put("k"u8, "v"u8));
        Assert.Throws<HandleEndedException>(() => bucket.Get("long"u8));
        Assert.Throws<HandleEndedException>(write.Commit);
        Assert.Throws<HandleEndedException>(() => read.OpenBucket(HistoryWriter.Bucket));
        Assert.Throws<HandleEndedException>(() => database.BeginRead());
        write.Dispose();
        read.Dispose();
        CheckReopened(disk, history);
    }

    private static void RunToTheEnd(Action step, ref int steps)
    {
        try
        {
            while (true)
            {
                step();
                Interlocked.Increment(ref steps);
            }
        }
        catch (HandleEndedException)
        {
            // The end that every thread of this test comes to.
        }
    }

    /// <summary>Writes extents, deletes some again, and mostly gives all of it up.</summary>
    private static void WriteLongValue(Database database)
    {
        using WriteTransaction tx = database.BeginWrite();
        WritableBucket bucket = tx.OpenOrCreateBucket("long");
        byte[] value = new byte[40_000];
        for (byte i = 0; i < 8; i++) bucket.Put([i], value);
        for (byte i = 0; i < 8; i += 2) bucket.Delete([i]);
    }

    private static void CheckReopened(SimulatedDisk disk, History history)
    {
        using Database reopened = Database.Open(disk.OpenStorage(), Options);
        Assert.Empty(reopened.Verify().Findings);
        using (ReadTransaction tx = reopened.BeginRead())
        {
            // A commit that met the close was refused before it began.
            new HistoryReader(reopened, history, new Random(1))
                .CheckScan(tx.OpenBucket(HistoryWriter.Bucket), history.Acknowledged);
        }

        // What the free list says is free must be: use it.
        using WriteTransaction write = reopened.BeginWrite();
        write.CreateBucket("after").Put("k"u8, new byte[100_000]);
        write.Commit();
        Assert.Empty(reopened.Verify().Findings);
    }
}
