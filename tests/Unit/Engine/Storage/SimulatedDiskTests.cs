using KvCow.Engine.Storage;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Engine.Storage;

public sealed class SimulatedDiskTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly IStorage _storage;

    public SimulatedDiskTests() => _storage = _disk.OpenStorage();

    [Fact]
    public void A_simulated_file_behaves_like_a_real_one()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("kvcow-");
        try
        {
            using var real = new FileStorage(Path.Combine(directory.FullName, "data.kvcow"));
            for (int seed = 1; seed <= 20; seed++)
                Assert.Equal(Behave(real, seed), Behave(new SimulatedDisk().OpenStorage(), seed));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_gather_write_puts_all_buffers_in_order()
    {
        using var arena = new PageArena(4096, 3);
        for (int i = 0; i < 3; i++) arena.PageAt(i).Span.Fill((byte)(i + 1));
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.WriteGather(4096, [arena.PageAt(2), arena.PageAt(0)]);

        byte[] content = _disk.ReadAll("");
        Assert.Equal(3 * 4096, content.Length);
        Assert.Equal([0, 3, 1], [content[4095], content[4096], content[8192]]);
    }

    [Fact]
    public void Operations_are_counted_by_kind_and_file()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        using IStorageFile pending = _storage.Open(".pending", StorageOpening.WriteNew);
        file.Write(0, new byte[100]);
        file.Write(100, new byte[50]);
        pending.Write(0, new byte[7]);
        file.Read(0, new byte[30]);
        file.Flush();
        _storage.FlushDirectory();

        Assert.Equal(3, _disk.Counters.Writes);
        Assert.Equal(157, _disk.Counters.BytesWritten);
        Assert.Equal(150, _disk.CountersOf("").BytesWritten);
        Assert.Equal(1, _disk.CountersOf(".pending").Writes);
        Assert.Equal(30, _disk.Counters.BytesRead);
        Assert.Equal(1, _disk.Counters.Flushes);
        Assert.Equal(2, _disk.Counters[DiskOperation.Open]);
        Assert.Equal(1, _disk.Counters[DiskOperation.FlushDirectory]);
        _disk.ResetCounters();
        Assert.Equal(0, _disk.Counters.Writes + _disk.CountersOf("").BytesWritten);
    }

    [Fact]
    public void The_observer_sees_a_write_done_and_a_flush_before_its_effect()
    {
        var seen = new List<(DiskOperation Operation, int Unflushed)>();
        _disk.Observer = told => seen.Add((told.Operation, _disk.UnflushedCount));
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Grow(8192);
        file.Write(0, [1]);
        file.Flush();
        _storage.FlushDirectory();
        file.Truncate(4096);

        Assert.Equal(
            [
                (DiskOperation.Open, 1),
                (DiskOperation.Grow, 2),
                (DiskOperation.Write, 3),
                (DiskOperation.Flush, 3),
                (DiskOperation.FlushDirectory, 1),
                (DiskOperation.Truncate, 1),
            ],
            seen);
    }

    [Fact]
    public void A_flush_covers_no_write_made_while_it_runs()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        _storage.FlushDirectory();
        file.Grow(8192);
        _disk.Observer = told =>
        {
            if (told.Operation == DiskOperation.Flush) file.Write(4096, [2]);
        };
        file.Write(0, [1]);
        file.Flush();
        Assert.Equal(1, _disk.UnflushedCount);
    }

    [Fact]
    public void A_fork_shares_nothing_that_changes()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        file.Write(0, [1, 2]);
        SimulatedDisk fork = _disk.Fork();
        file.Write(1, [9]);
        using IStorageFile other = fork.OpenStorage().Open("", StorageOpening.WriteExisting);
        other.Write(0, [7]);

        Assert.Equal([1, 9], _disk.ReadAll(""));
        Assert.Equal([7, 2], fork.ReadAll(""));
    }

    [Fact]
    public void A_killed_process_leaves_its_writes_unflushed_and_its_locks_free()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        Assert.True(file.TryLock(exclusive: true));
        file.Write(0, [1]);

        SimulatedDisk killed = _disk.Fork();
        Assert.Equal([1], killed.ReadAll(""));
        Assert.Equal(_disk.UnflushedCount, killed.UnflushedCount);
        Assert.Equal(0, killed.OpenFileCount);
        using IStorageFile next = killed.OpenStorage().Open("", StorageOpening.WriteExisting);
        Assert.True(next.TryLock(exclusive: true));
    }

    [Fact]
    public void Locks_keep_views_apart_and_name_their_owner()
    {
        IStorageFile writer = _disk.OpenStorage(11).Open("", StorageOpening.WriteNew);
        using IStorageFile reader = _disk.OpenStorage(12).Open("", StorageOpening.ReadExisting);
        using IStorageFile second = _disk.OpenStorage(13).Open("", StorageOpening.ReadExisting);
        Assert.True(writer.TryLock(exclusive: true));
        Assert.False(reader.TryLock(exclusive: false));
        Assert.Equal(11, reader.FindLockOwner());
        writer.Dispose();
        Assert.True(reader.TryLock(exclusive: false));
        Assert.True(second.TryLock(exclusive: false));
        Assert.False(second.TryLock(exclusive: true));
        Assert.Equal(2, _disk.OpenFileCount);
    }

    [Fact]
    public void A_file_that_lost_its_name_is_noticed()
    {
        using IStorageFile file = _storage.Open("", StorageOpening.WriteNew);
        Assert.True(file.IsStillLinked());
        using IStorageFile other = _storage.Open(".compact", StorageOpening.WriteNew);
        _storage.Rename(".compact", "");
        Assert.False(file.IsStillLinked());
        Assert.Equal([""], _disk.Names);
        file.Write(0, [1]);
        Assert.Equal(0, _disk.LengthOf(""));
    }

    /// <summary>A random run of operations, told in words.</summary>
    private static List<string> Behave(IStorage storage, int seed)
    {
        var random = new Random(seed);
        var told = new List<string>();
        using IStorageFile file = storage.Open("", StorageOpening.WriteNew);
        for (int i = 0; i < 60; i++)
        {
            byte[] bytes = new byte[random.Next(10_000)];
            random.NextBytes(bytes);
            long place = random.Next(30_000);
            switch (random.Next(5))
            {
                case 0: file.Write(place, bytes); break;
                case 1: file.Grow(file.Length + (place / 4)); break;
                case 2: file.Truncate(place); break;
                case 3: file.Flush(); break;
                default: file.DropCache(0, file.Length); break;
            }

            int count = file.Read(random.Next(40_000), bytes);
            told.Add($"{file.Length} {Convert.ToHexString(bytes.AsSpan(0, count))}");
        }

        return told;
    }
}
