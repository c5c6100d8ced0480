using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>System calls as Linux has them (64-bit, glibc or musl).</summary>
internal static unsafe partial class LinuxCalls
{
    private const int ReadWrite = 0x2;
    private const int Create = 0x40;
    private const int MakeEmpty = 0x200;

    // Keeps the open of a pipe from waiting for a peer; without effect on regular files.
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int OwnerReadWrite = 0x180; // Octal 0600.

    // The path of the main file was followed to its end before. A link in the place of a file
    // beside it is somebody's trap.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture
        is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;

    // Type, mode, link count, inode, size. Not the times: since Linux 6.13, who asks for them
    // makes the next write note a new one, and each flush then writes the inode too (a third of
    // its cost).
    private const uint WantedStatistics = 0x1 | 0x2 | 0x4 | 0x100 | 0x200;
    private const int AdviseDontNeed = 4; // The same number for files and for memory.
    private const int AdviseHugePages = 14;
    private const uint BeginToWrite = 2;
    private const uint WaitBeforeAndAfter = 1 | 4;

    public static FileHandle Open(string path, StorageOpening opening)
    {
        int flags = opening switch
        {
            StorageOpening.ReadExisting => 0,
            StorageOpening.WriteExisting => ReadWrite,
            StorageOpening.WriteNew => ReadWrite | Create | MakeEmpty,
            _ => ReadWrite | Create,
        };
        return Open(path, flags | CloseOnExec | NonBlocking | NoFollow, OwnerReadWrite);
    }

    public static FileHandle OpenDirectory(string path) => Open(path, CloseOnExec, 0);

    /// <summary>The data and the length; not the times, which would cost a second write.</summary>
    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int Flush(FileHandle file);

    public static int GetStatus(FileHandle file, out FileStatus status)
    {
        Statx raw;
        int result = ReadStatus(file, "", EmptyPath, WantedStatistics, &raw);
        status = raw.ToStatus();
        return result;
    }

    public static int GetStatus(string path, out FileStatus status)
    {
        Statx raw;
        int result = ReadStatus(CurrentDirectory, path, 0, WantedStatistics, &raw);
        status = raw.ToStatus();
        return result;
    }

    /// <summary>Drops the clean pages of a part from the page cache; dirty ones stay.</summary>
    public static void DropCache(FileHandle file, long offset, long length) =>
        _ = Advise(file, offset, length, AdviseDontNeed);

    /// <summary>Only begins: a failure is left for the flush to report.</summary>
    public static void StartFlush(FileHandle file, long offset, long length) =>
        _ = SyncRange(file, offset, length, BeginToWrite);

    /// <summary>
    /// Asks for errors as fdatasync does, which will not be told of them a second time.
    /// </summary>
    public static int AwaitWritten(FileHandle file, long offset, long length) =>
        SyncRange(file, offset, length, BeginToWrite | WaitBeforeAndAfter);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Reserve(FileHandle file, int mode, long offset, long length);

    public static void PreferHugePages(void* address, nuint length) =>
        _ = AdviseMemory(address, length, AdviseHugePages);

    /// <summary>
    /// Gives memory back to the system, as far as it consists of the system's pages; its bytes are
    /// lost.
    /// </summary>
    public static void DropMemory(void* address, nuint length)
    {
        // The call rounds up, into what follows; where the address is no page's it does nothing.
        length -= length % (nuint)Environment.SystemPageSize;
        _ = AdviseMemory(address, length, AdviseDontNeed);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial FileHandle Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(
        FileHandle file, string path, int flags, uint mask, Statx* status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(
        int directory, string path, int flags, uint mask, Statx* status);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(FileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SyncRange(
        FileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int AdviseMemory(void* address, nuint length, int advice);

    /// <summary><c>struct statx</c>: unlike <c>stat</c>, laid out alike everywhere.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Statx
    {
        [FieldOffset(16)] private readonly uint _linkCount;
        [FieldOffset(28)] private readonly ushort _mode;
        [FieldOffset(32)] private readonly ulong _inode;
        [FieldOffset(40)] private readonly long _length;
        [FieldOffset(136)] private readonly uint _deviceMajor;
        [FieldOffset(140)] private readonly uint _deviceMinor;

        public readonly FileStatus ToStatus() => new(
            _deviceMajor,
            _deviceMinor,
            _inode,
            _linkCount,
            _length,
            (_mode & 0xF000) == 0x8000);
    }
}
