using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>Commits that wait for a flush on a disk that takes nothing more.</summary>
public sealed class EventualFullDiskTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly ManualTime _time = new();

    [Fact]
    public void Without_room_for_the_log_a_flush_is_refused_and_the_next_commit_helps()
    {
        using Database database = Open();
        for (byte i = 0; i < 5; i++) Put(database, i);
        _disk.CapacityBytes = 1;
        Assert.Throws<DatabaseFullException>(database.Flush);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(5UL, database.GetStatistics().UnflushedCommits);
        Assert.False(database.GetStatistics().IsFailed);

        Put(database, 5);
        database.Flush();
        Assert.Equal(0UL, database.GetStatistics().UnflushedCommits);
        _disk.CapacityBytes = null;
        Assert.Equal(6, CountIn(Crash()));
    }

    [Fact]
    public void Without_room_for_the_log_closing_keeps_all()
    {
        using (Database database = Open())
        {
            for (byte i = 0; i < 5; i++) Put(database, i);
            _disk.CapacityBytes = 1;
        }

        _disk.CapacityBytes = null;
        Assert.Equal(5, CountIn(Crash()));
    }

    [Fact]
    public void Without_a_page_to_spare_closing_keeps_all()
    {
        Database database = Open();
        database.Write(static tx => tx.OpenOrCreateBucket("b").Put([0], [0]));
        _disk.CapacityBytes = 1;
        int put = 1;
        try
        {
            for (; put < 250; put++) Put(database, (byte)put, valueBytes: 900);
            Assert.Fail("the disk has room without end");
        }
        catch (DatabaseFullException)
        {
            // Not one more is taken, so that those before find room for their log.
        }

        database.Dispose();
        _disk.CapacityBytes = null;
        Assert.Equal(put, CountIn(Crash()));
    }

    private static void Put(Database database, byte key, int valueBytes = 1) => database.Write(
        tx => tx.OpenOrCreateBucket("b").Put([key], new byte[valueBytes]), Durability.Eventual);

    private static long CountIn(SimulatedDisk disk)
    {
        using Database database = Database.Open(disk.OpenStorage(), new StoreOptions());
        Assert.True(database.Verify().IsSound);
        return database.Read(static tx => tx.TryOpenBucket("b")?.Count ?? 0);
    }

    private SimulatedDisk Crash() => _disk.Fork();

    /// <summary>Every delta goes to the log beside the file.</summary>
    private Database Open() => Database.Open(_disk.OpenStorage(), new StoreOptions
    {
        CacheBytes = 4 << 20,
        TimeProvider = _time,
        InlineDeltaBytesMax = 0,
    });
}
