using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Crash;

/// <summary>A close that was cut short must not harm the commits after it.</summary>
public sealed class CloseCrashTests
{
    private static readonly byte[] Name = [(byte)'c'];

    [Fact]
    public void A_close_of_which_only_the_meta_page_arrived_does_not_doom_the_next_commit()
    {
        SimulatedDisk disk = new();
        ModelBucket content = new();
        using (Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full))
            content = PutThree(database, content);

        MetaPage meta = ReadMeta(disk);
        Assert.True(meta.IsClean);
        disk.Damage.Zero("", meta.Checkpoint.Id.Index * 4096L, 4096);
        CheckNextCommit(disk, content);
    }

    [Fact]
    public void A_close_whose_flush_failed_does_not_doom_the_next_commit()
    {
        SimulatedDisk disk = new() { FileSystem = FileSystemModel.Ext4 };
        ModelBucket content;
        using (Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full))
        {
            content = PutThree(database, new ModelBucket());
            disk = CrashStates.Enumerate(disk, new Random(1), 1).Single();
        }

        // Never flushed, the name of the log beside the file did not survive the power cut.
        disk.Damage.Remove(PendingFile.Suffix);
        using (Database.Open(disk.OpenStorage(), CrashOptions.Full))
            disk.Faults.Fail(DiskOperation.Flush, 1);

        Assert.Equal(1, disk.Faults.HappenedCount);
        CheckNextCommit(disk, content);
    }

    [Fact]
    public void Going_back_from_a_damaged_commit_does_not_doom_the_next_one()
    {
        SimulatedDisk disk = new();
        ModelBucket content;
        using (Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full))
        {
            content = PutThree(database, new ModelBucket());
            database.Write(tx => tx.OpenBucket(Name).Put([77], [77]));
            disk = CrashStates.Enumerate(disk, new Random(1), 1).Single();
        }

        MetaPage meta = ReadMeta(disk);
        disk.Damage.Zero("", meta.CatalogRoot.Id.Index * 4096L, 4096);
        Assert.Throws<CorruptPageException>(
            () => Database.Open(disk.OpenStorage(), CrashOptions.Full));
        StoreOptions goBack = CrashOptions.Full with { RollbackToLastGood = true };
        using (Database database = Database.Open(disk.OpenStorage(), goBack))
        {
            Assert.Null(ContentComparison.FindDifference(database, content));
            disk = CrashStates.Enumerate(disk, new Random(1), 1).Single();
        }

        CheckNextCommit(disk, content);
    }

    private static ModelBucket PutThree(Database database, ModelBucket content)
    {
        content.Buckets.TryAdd(Name, new ModelBucket());
        for (byte i = 0; i < 3; i++)
        {
            byte[] key = [i];
            database.Write(tx => tx.OpenOrCreateBucket(Name).Put(key, key));
            content.Buckets[Name].Entries[key] = key;
        }

        return content;
    }

    /// <summary>Opens, commits, and crashes in every way meanwhile.</summary>
    private static void CheckNextCommit(SimulatedDisk disk, ModelBucket content)
    {
        Random random = new(1);
        CrashOracle oracle = new(new CrashPlan { StateCount = 0 }, random);
        CrashPoints points = new(disk, random, 300) { Check = oracle.Check };
        points.Expected = new Expectation(content);
        points.Start();
        using Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full);
        points.Expected.Identify(database);
        ModelBucket next = content.Clone();
        byte[] key = [99];
        next.Buckets[Name].Entries[key] = key;
        points.Expected = new Expectation(content, next);
        database.Write(tx => tx.OpenBucket(Name).Put(key, key));
        points.Expected = new Expectation(next);
        points.CrashHere();
        Assert.True(oracle.StateCount > 20);
    }

    private static MetaPage ReadMeta(SimulatedDisk disk)
    {
        using IStorage storage = disk.OpenStorage();
        using IStorageFile main = storage.Open("", StorageOpening.ReadExisting);
        return MetaPages.Read(main, storage.Path)[0];
    }
}
