using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>System calls that are the same on Linux and macOS.</summary>
internal static unsafe partial class UnixCalls
{
    public const int LockShared = 1;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;
    public const int Unlock = 8;

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Read(FileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    public static partial nint Write(FileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "pwritev", SetLastError = true)]
    public static partial nint WriteGather(
        FileHandle file, GatherVector* vectors, int count, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    public static partial int SetLength(FileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int FlushAll(FileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(FileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "flock")]
    public static partial int Lock(nint file, int operation);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(nint file);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Delete(string path);
}
