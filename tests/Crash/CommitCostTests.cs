using System.Buffers.Binary;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Crash;

/// <summary>What commits and recoveries ask of the device, counted.</summary>
public sealed class CommitCostTests
{
    private const uint LargePageCount = 1_100_000;

    [Fact]
    public void A_commit_writes_as_much_beside_a_million_free_pages_as_beside_none()
    {
        SimulatedDisk small = new();
        SimulatedDisk large = new();
        WriteFragmentedDatabase(large);
        long[] expected = MeasureBytesPerCommit(small);
        long[] actual = MeasureBytesPerCommit(large);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void A_thousand_commits_take_at_most_1020_flushes()
    {
        SimulatedDisk disk = new();
        using Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full);
        disk.ResetCounters();
        for (int i = 0; i < 1000; i++) PutOne(database, i);
        Assert.InRange(disk.Counters.Flushes, 1000, 1020);
    }

    [Fact]
    public void Opening_after_a_kill_reads_the_last_commit_and_not_the_file()
    {
        long few = CountReadsOfRecovery(2_000);
        long many = CountReadsOfRecovery(200_000);
        // A level or two more in the tree, and a longer log: no more.
        Assert.InRange(many, 1, few + 24);
    }

    private static long[] MeasureBytesPerCommit(SimulatedDisk disk)
    {
        using Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full);
        PutOne(database, -1);
        long[] bytes = new long[100];
        for (int i = 0; i < bytes.Length; i++)
        {
            disk.ResetCounters();
            PutOne(database, i);
            bytes[i] = disk.Counters.BytesWritten;
        }

        return bytes;
    }

    private static long CountReadsOfRecovery(int entries)
    {
        SimulatedDisk disk = new();
        using Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full);
        for (int from = 0; from < entries; from += 1000)
        {
            database.Write(tx =>
            {
                WritableBucket bucket = tx.OpenOrCreateBucket("b");
                for (int i = from; i < from + 1000; i++) bucket.Put(Key(i), new byte[50]);
            });
        }

        PutOne(database, entries / 2);
        SimulatedDisk killed = disk.Fork();
        using Database reopened = Database.Open(killed.OpenStorage(), CrashOptions.Full);
        return killed.Counters.Reads;
    }

    private static void PutOne(Database database, int number) =>
        database.Write(tx => tx.OpenOrCreateBucket("b").Put(Key(number), new byte[50]));

    private static byte[] Key(int number)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    /// <summary>
    /// An empty database, but with a checkpoint of 55,000 free runs of 19 pages, between pages that
    /// count as used. The pages are holes of the simulated file and cost nothing.
    /// </summary>
    private static void WriteFragmentedDatabase(SimulatedDisk disk)
    {
        using (Database.Open(disk.OpenStorage(), CrashOptions.Full))
        {
        }

        using IStorage storage = disk.OpenStorage();
        using IStorageFile main = storage.Open("", StorageOpening.WriteExisting);
        MetaPage meta = MetaPages.Read(main, storage.Path)[0];
        using PageFile file = new(storage, main, meta.PageBytes);
        main.Grow((long)LargePageCount * meta.PageBytes);
        FreeMap free = new();
        for (uint page = 1000; page + 20 < LargePageCount; page += 20)
            free.Add(new PageRun(page, 19));

        uint places = FreeListCheckpoint.PagesFor(free.Runs().LongCount(), meta.PageBytes);
        PageReference checkpoint =
            FreeListCheckpoint.Write(file, [new PageRun(2, places)], free, meta.Id);
        MetaPage filled = meta with
        {
            PageCount = LargePageCount,
            Checkpoint = checkpoint,
            LoggedThrough = meta.Id,
            PendingCrc = PendingFile.SeedCrc(meta.DatabaseId, checkpoint),
            InlineDeltas = default,
        };
        byte[] bytes = new byte[meta.PageBytes];
        for (int slot = 0; slot < MetaPage.SlotCount; slot++)
        {
            filled.Write(bytes, slot);
            main.Write((long)slot * bytes.Length, bytes);
        }

        main.Flush();
    }
}
