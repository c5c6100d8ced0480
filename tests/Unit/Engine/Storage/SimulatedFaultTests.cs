using KvCow.Engine.Storage;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Engine.Storage;

public sealed class SimulatedFaultTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly IStorage _storage;
    private readonly IStorageFile _file;

    public SimulatedFaultTests()
    {
        _storage = _disk.OpenStorage();
        _file = _storage.Open("", StorageOpening.WriteNew);
        _file.Grow(4 * 4096);
        _file.Write(0, [1]);
        _file.Flush();
        _storage.FlushDirectory();
    }

    [Fact]
    public void The_chosen_operation_fails_once()
    {
        _disk.Faults.Fail(DiskOperation.Write, 2);
        _file.Write(0, [2]);
        Assert.Throws<IOException>(() => _file.Write(0, [3]));
        Assert.Equal(2, _disk.ReadAll("")[0]);
        _file.Write(0, [4]);
        Assert.Equal(4, _disk.ReadAll("")[0]);
        Assert.Equal(1, _disk.Faults.HappenedCount);
    }

    [Fact]
    public void A_lasting_fault_stays_until_it_is_cleared()
    {
        _disk.Faults.Fail(DiskOperation.Read, 1, lasting: true);
        for (int i = 0; i < 3; i++) Assert.Throws<IOException>(() => _file.Read(0, new byte[1]));
        _file.Write(0, [2]);
        _disk.Faults.Clear();
        Assert.Equal(1, _file.Read(0, new byte[1]));
    }

    [Fact]
    public void Every_kind_of_operation_can_fail()
    {
        var operations = new Dictionary<DiskOperation, Action>
        {
            [DiskOperation.Open] = () => _storage.Open(".new", StorageOpening.WriteNew),
            [DiskOperation.Read] = () => _file.Read(0, new byte[1]),
            [DiskOperation.Write] = () => _file.Write(0, [2]),
            [DiskOperation.Grow] = () => _file.Grow(1 << 20),
            [DiskOperation.Truncate] = () => _file.Truncate(1),
            [DiskOperation.Flush] = _file.Flush,
            [DiskOperation.Rename] = () => _storage.Rename("", ".moved"),
            [DiskOperation.Delete] = () => _storage.Delete(""),
            [DiskOperation.FlushDirectory] = _storage.FlushDirectory,
        };
        byte[] before = _disk.ReadAll("");
        foreach (DiskOperation operation in Enum.GetValues<DiskOperation>())
        {
            _disk.Faults.Fail(operation, 1);
            Assert.Throws<IOException>(operations[operation]);
            _disk.Faults.Fail(operation, 1, DiskFault.Full);
            Assert.Throws<StorageFullException>(operations[operation]);
            _disk.Faults.Fail(null, 1);
            Assert.Throws<IOException>(operations[operation]);
        }

        Assert.Equal(before, _disk.ReadAll(""));
        Assert.Equal([""], _disk.Names);
    }

    [Fact]
    public void A_fault_can_be_kept_to_one_file()
    {
        using IStorageFile pending = _storage.Open(".pending", StorageOpening.WriteNew);
        _disk.Faults.Fail(DiskOperation.Write, 1, suffix: ".pending");
        _file.Write(0, [2]);
        Assert.Throws<IOException>(() => pending.Write(0, [2]));
    }

    [Fact]
    public void A_write_can_fail_halfway()
    {
        _disk.Faults.Fail(DiskOperation.Write, 1, DiskFault.HalfDone);
        Assert.Throws<IOException>(() => _file.Write(0, [5, 5, 5, 5]));
        Assert.Equal([5, 5, 0, 0], _disk.ReadAll("")[..4]);
        _disk.Faults.Fail(DiskOperation.Grow, 1, DiskFault.HalfDone);
        Assert.Throws<IOException>(() => _file.Grow(8 * 4096));
        Assert.Equal(6 * 4096, _file.Length);
    }

    [Fact]
    public void After_a_failed_flush_ext4_shows_what_the_device_does_not_have()
    {
        _disk.Faults.Fail(DiskOperation.Flush, 1);
        _file.Write(0, [2]);
        Assert.Throws<IOException>(_file.Flush);
        _file.Flush(); // Succeeds, and yet:
        Assert.Equal(2, _disk.ReadAll("")[0]);
        Assert.Equal(1, OnlyState()[0]);
        _file.DropCache(0, _file.Length);
        Assert.Equal(1, _disk.ReadAll("")[0]);
    }

    [Fact]
    public void A_failed_flush_may_have_written_some_of_it()
    {
        _disk.FailedFlushLuck = new Random(1);
        _disk.Faults.Fail(DiskOperation.Flush, 1);
        for (int i = 0; i < 4; i++) _file.Write(i * 4096, [9]);
        Assert.Throws<IOException>(_file.Flush);
        byte[] device = OnlyState();
        Assert.InRange(Enumerable.Range(0, 4).Count(i => device[i * 4096] == 9), 1, 3);
    }

    [Fact]
    public void After_a_failed_flush_btrfs_shows_the_former_content()
    {
        _disk.FileSystem = FileSystemModel.Btrfs;
        _disk.Faults.Fail(DiskOperation.Flush, 1);
        _file.Write(0, [2]);
        Assert.Throws<IOException>(_file.Flush);
        Assert.Equal(1, _disk.ReadAll("")[0]);
        Assert.Equal(1, OnlyState()[0]);
    }

    [Fact]
    public void Dropping_the_cache_keeps_what_is_not_yet_flushed()
    {
        _file.Write(0, [2]);
        _file.DropCache(0, _file.Length);
        Assert.Equal(2, _disk.ReadAll("")[0]);
    }

    [Fact]
    public void A_lying_flush_makes_nothing_durable()
    {
        _disk.Faults.LieOnFlush(1);
        _file.Write(0, [2]);
        _file.Flush();
        Assert.Equal(1, _disk.UnflushedCount);
        _file.Flush();
        Assert.Equal(2, OnlyState()[0]);
    }

    [Fact]
    public void A_dropped_write_shows_until_the_cache_is_gone()
    {
        _disk.Faults.DropWrite(1);
        _file.Write(0, [2]);
        _file.Flush();
        Assert.Equal(2, _disk.ReadAll("")[0]);
        _disk.DropCaches();
        Assert.Equal(1, _disk.ReadAll("")[0]);
    }

    [Fact]
    public void A_misdirected_write_lands_elsewhere_on_the_device()
    {
        _disk.Faults.MisdirectWrite(1, 8192);
        _file.Write(0, [2]);
        _file.Flush();
        Assert.Equal(2, _disk.ReadAll("")[0]);
        byte[] device = OnlyState();
        Assert.Equal([1, 2], [device[0], device[8192]]);
    }

    [Fact]
    public void A_stale_read_returns_the_former_content_once()
    {
        _file.Write(0, [2]);
        _disk.Faults.ReadStale(1);
        byte[] read = new byte[1];
        _file.Read(0, read);
        Assert.Equal(1, read[0]);
        _file.Read(0, read);
        Assert.Equal(2, read[0]);
    }

    [Fact]
    public void A_disk_of_bounded_size_runs_full()
    {
        _disk.CapacityBytes = 6 * 4096;
        Assert.Throws<StorageFullException>(() => _file.Grow(7 * 4096));
        Assert.Throws<StorageFullException>(() => _file.Write((6 * 4096) - 1, [1, 2]));
        Assert.Equal(4 * 4096, _file.Length);
        _file.Grow(6 * 4096);
        _file.Write(0, [1]);
        using IStorageFile pending = _storage.Open(".pending", StorageOpening.WriteNew);
        Assert.Throws<StorageFullException>(() => pending.Write(0, [1]));
        _file.Truncate(4096);
        pending.Write(0, [1]);
    }

    [Fact]
    public void Damage_shows_at_once_and_for_ever()
    {
        SimulatedDisk older = _disk.Fork();
        _file.Write(4096, [7]);
        _file.Flush();

        _disk.Damage.Swap("", 0, 4096, 4096);
        AssertEverywhere([7, 1]);
        _disk.Damage.FlipBit("", 4096 * 8 + 1);
        AssertEverywhere([7, 3]);
        _disk.Damage.Zero("", 4096, 10);
        AssertEverywhere([7, 0]);
        _disk.Damage.MakeStale("", 0, 4096, older);
        AssertEverywhere([1, 0]);
        _disk.Damage.SetLength("", 4097);
        Assert.Equal(4097, OnlyState().Length);
        _disk.Damage.SetContent(".pending", [1, 2, 3]);
        Assert.Equal([1, 2, 3], _disk.ReadAll(".pending"));
        _disk.Damage.SetContent("", [4, 5]);
        Assert.Equal([4, 5], OnlyState());
        _disk.Damage.Remove("");
        Assert.Equal([".pending"], _disk.Names);
        Assert.False(_file.IsStillLinked());

        void AssertEverywhere(byte[] expected)
        {
            foreach (byte[] content in new[] { _disk.ReadAll(""), OnlyState() })
                Assert.Equal(expected, new[] { content[0], content[4096] });
        }
    }

    private byte[] OnlyState() =>
        Assert.Single(CrashStates.Enumerate(_disk, new Random(1), int.MaxValue)).ReadAll("");
}
