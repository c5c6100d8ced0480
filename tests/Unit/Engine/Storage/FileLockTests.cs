using KvCow.Engine.Storage;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Unit.Engine.Storage;

public sealed class FileLockTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kvcow-");
    private readonly FileStorage _storage;

    public FileLockTests()
    {
        _storage = new FileStorage(Path.Combine(_directory.FullName, "data.kvcow"));
        _storage.Open("", StorageOpening.WriteNew).Dispose();
    }

    public void Dispose()
    {
        _storage.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void An_exclusive_lock_keeps_all_others_away_until_its_handle_is_closed()
    {
        using IStorageFile other = _storage.Open("", StorageOpening.WriteExisting);
        using (IStorageFile holder = _storage.Open("", StorageOpening.WriteExisting))
        {
            Assert.True(holder.TryLock(exclusive: true));
            Assert.True(holder.TryLock(exclusive: true));
            Assert.False(other.TryLock(exclusive: true));
            Assert.False(other.TryLock(exclusive: false));
            // The lock is advice: the bytes themselves stay in reach.
            other.Write(0, [1]);
        }

        Assert.True(other.TryLock(exclusive: true));
    }

    [Fact]
    public void A_lock_ends_with_its_file_though_a_process_being_started_has_a_copy() =>
        CopiedLock.Run();

    [Fact]
    public void Readers_share_a_lock_and_keep_a_writer_away()
    {
        using IStorageFile first = _storage.Open("", StorageOpening.ReadExisting);
        using IStorageFile second = _storage.Open("", StorageOpening.ReadExisting);
        using IStorageFile writer = _storage.Open("", StorageOpening.WriteExisting);
        Assert.True(first.TryLock(exclusive: false));
        Assert.True(second.TryLock(exclusive: false));
        Assert.False(writer.TryLock(exclusive: true));
    }

    [Fact]
    public void The_owner_of_a_lock_can_be_named()
    {
        if (!OperatingSystem.IsLinux()) return; // No other system tells.
        using IStorageFile holder = _storage.Open("", StorageOpening.WriteExisting);
        using IStorageFile other = _storage.Open("", StorageOpening.WriteExisting);
        Assert.Null(other.FindLockOwner());
        Assert.True(holder.TryLock(exclusive: true));
        Assert.Equal(Environment.ProcessId, other.FindLockOwner());
    }

    [Fact]
    public void The_table_of_locks_is_read_as_linux_writes_it()
    {
        var file = new FileStatus(8, 0x1A, 131, 1, 0, IsRegular: true);
        Assert.Equal(12, Find(file, "1: FLOCK  ADVISORY  WRITE 12 08:1a:131 0 EOF"));
        // A device that does not agree counts only where no other line does better.
        Assert.Equal(13, Find(file, "1: FLOCK  ADVISORY  READ 13 00:2a:131 0 EOF"));
        Assert.Equal(12, Find(
            file,
            "1: FLOCK  ADVISORY  READ 13 00:2a:131 0 EOF",
            "2: FLOCK  ADVISORY  WRITE 12 08:1a:131 0 EOF"));
        Assert.Null(Find(
            file,
            "1: POSIX  ADVISORY  WRITE 14 08:1a:131 0 EOF",
            "2: -> FLOCK  ADVISORY  WRITE 15 08:1a:131 0 EOF",
            "3: FLOCK  ADVISORY  WRITE 16 08:1a:1131 0 EOF",
            "4: FLOCK  ADVISORY  WRITE 0 08:1a:131 0 EOF",
            "5: FLOCK  ADVISORY  WRITE -1 08:1a:131 0 EOF",
            "6: FLOCK",
            ""));
    }

    private static int? Find(FileStatus file, params string[] lines) =>
        LockOwner.Find(lines, file);
}
