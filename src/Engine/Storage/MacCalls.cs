using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace KvCow.Engine.Storage;

/// <summary>System calls as macOS has them.</summary>
[SupportedOSPlatform("macos")]
internal static unsafe partial class MacCalls
{
    private const int ReadWrite = 0x2;
    private const int NonBlocking = 0x4;
    private const int Create = 0x200;
    private const int MakeEmpty = 0x400;
    private const int CloseOnExec = 0x1000000;
    private const int FullFlush = 51;
    private const int OwnerReadWrite = 0x180; // Octal 0600.

    public static FileHandle Open(string path, StorageOpening opening)
    {
        int flags = opening switch
        {
            StorageOpening.ReadExisting => 0,
            StorageOpening.WriteExisting => ReadWrite,
            StorageOpening.WriteNew => ReadWrite | Create | MakeEmpty,
            _ => ReadWrite | Create,
        };
        return Open(path, flags | CloseOnExec | NonBlocking);
    }

    public static FileHandle OpenDirectory(string path) => Open(path, CloseOnExec);

    /// <summary>Through the cache of the drive, which <c>fsync</c> stops short of here.</summary>
    public static int Flush(FileHandle file) => Control(file, FullFlush);

    public static int GetStatus(FileHandle file, out FileStatus status)
    {
        Stat raw;
        int result = RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? ReadStatusX64(file, &raw)
            : ReadStatus(file, &raw);
        status = raw.ToStatus();
        return result;
    }

    public static int GetStatus(string path, out FileStatus status)
    {
        Stat raw;
        int result = RuntimeInformation.ProcessArchitecture == Architecture.X64
            ? ReadStatusX64(path, &raw)
            : ReadStatus(path, &raw);
        status = raw.ToStatus();
        return result;
    }

    private static FileHandle Open(string path, int flags) =>
        Open(path, flags, OwnerReadWrite, 0, 0, 0, 0, 0, OwnerReadWrite);

    /// <summary>
    /// <c>open</c> takes its mode as a variable argument: on x64 in the third register, on ARM
    /// always on the stack, where the ninth argument comes to lie. It is passed in both places.
    /// </summary>
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial FileHandle Open(
        string path, int flags, nint modeX64, nint fourth, nint fifth, nint sixth, nint seventh,
        nint eighth, int modeArm);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(FileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int ReadStatus(FileHandle file, Stat* status);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int ReadStatusX64(FileHandle file, Stat* status);

    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatus(string path, Stat* status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ReadStatusX64(string path, Stat* status);

    /// <summary><c>struct stat</c> with 64-bit inode numbers.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 144)]
    private struct Stat
    {
        [FieldOffset(0)] private readonly uint _device;
        [FieldOffset(4)] private readonly ushort _mode;
        [FieldOffset(6)] private readonly ushort _linkCount;
        [FieldOffset(8)] private readonly ulong _inode;
        [FieldOffset(96)] private readonly long _length;

        public readonly FileStatus ToStatus() =>
            new(_device, 0, _inode, _linkCount, _length, (_mode & 0xF000) == 0x8000);
    }
}
