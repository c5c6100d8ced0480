using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>
/// Failures of what a commit needs beside its pages: the log of the free list, the redo log, room.
/// Each ends all writing, and opening again finds what was acknowledged.
/// </summary>
public sealed class LogFaultTests
{
    private readonly SimulatedDisk _disk = new();

    [Theory]
    [InlineData(nameof(DiskOperation.Write), ".pending", 0)]
    [InlineData(nameof(DiskOperation.Flush), ".pending", 0)]
    [InlineData(nameof(DiskOperation.Grow), "", 5_000_000)]
    public void A_log_or_room_that_cannot_be_had_ends_all_writing(
        string operation, string suffix, int valueBytes)
    {
        Database database = Open(redoBytes: 0);
        Put(database, 1);
        _disk.Faults.Fail(Enum.Parse<DiskOperation>(operation), 1, suffix: suffix);
        Assert.Throws<DatabaseFailedException>(() => Put(database, 2, valueBytes));
        Assert.Throws<DatabaseFailedException>(() => database.BeginWrite());
        database.Dispose();
        AssertHolds(1, 2);
    }

    [Theory]
    [InlineData(nameof(DiskOperation.Grow), ".pending")]
    [InlineData(nameof(DiskOperation.FlushDirectory), null)] // Its name may be lost.
    public void A_log_that_cannot_be_begun_ends_all_writing(string operation, string? suffix)
    {
        Database database = Open(redoBytes: 0);
        _disk.Faults.Fail(Enum.Parse<DiskOperation>(operation), 1, suffix: suffix);
        Assert.Throws<DatabaseFailedException>(() => Put(database, 1));
        Assert.Throws<DatabaseFailedException>(() => database.BeginWrite());
        database.Dispose();
        AssertHolds(0, 1);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(32L << 20)]
    public void A_file_that_was_removed_is_noticed_before_a_commit_is_acknowledged(long redoBytes)
    {
        Database database = Open(redoBytes);
        for (byte i = 1; i < 4; i++) Put(database, i);
        _disk.OpenStorage().Delete("");
        Assert.Throws<DatabaseFailedException>(() => Put(database, 4));
        Assert.Equal(3, database.Read(static tx => tx.OpenBucket("b").Count));
        database.Dispose();
        Assert.DoesNotContain("", _disk.Names);
    }

    private void AssertHolds(int least, int most)
    {
        SimulatedDisk after = _disk.Fork();
        using Database database = Database.Open(after.OpenStorage(), new StoreOptions());
        Assert.True(database.Verify().IsSound);
        long count = database.Read(static tx => tx.TryOpenBucket("b")?.Count ?? 0);
        Assert.InRange(count, least, most);
    }

    private static void Put(Database database, byte key, int valueBytes = 1) => database.Write(
        tx => tx.OpenOrCreateBucket("b").Put([key], new byte[valueBytes]));

    /// <summary>Every delta of the free list goes to the file beside the database.</summary>
    private Database Open(long redoBytes) => Database.Open(_disk.OpenStorage(), new StoreOptions
    {
        CacheBytes = 4 << 20,
        InlineDeltaBytesMax = 0,
        RedoBytesMax = redoBytes,
        LogBytesMax = 1 << 20,
    });
}
