using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace KvCow.Engine.Storage;

/// <summary>System calls as Windows has them.</summary>
[SupportedOSPlatform("windows")]
internal static unsafe partial class WindowsCalls
{
    private const uint GenericRead = 0x80000000;
    private const uint GenericWrite = 0x40000000;
    private const uint ShareAll = 0x7;
    private const uint CreateAlways = 2;
    private const uint OpenExisting = 3;
    private const uint OpenAlways = 4;
    private const uint RandomAccess = 0x10000000;
    private const uint BackupSemantics = 0x02000000;
    private const uint DirectoryAttribute = 0x10;
    private const uint FailImmediately = 1;
    private const uint ExclusiveLock = 2;
    private const uint ReplaceExisting = 1;
    private const uint WriteThrough = 8;
    private const int EndOfFile = 38;
    private const int EndOfFileInformation = 6;

    // A lock here also stops reads and writes of the bytes it covers, so it covers one byte that
    // no database reaches: offset 2^62.
    private const uint LockOffsetHigh = 0x40000000;

    public static FileHandle Open(string path, StorageOpening opening)
    {
        uint access = opening == StorageOpening.ReadExisting
            ? GenericRead
            : GenericRead | GenericWrite;
        uint disposition = opening switch
        {
            StorageOpening.WriteNew => CreateAlways,
            StorageOpening.WriteOrCreate => OpenAlways,
            _ => OpenExisting,
        };
        return CreateFile(path, access, ShareAll, null, disposition, RandomAccess, 0);
    }

    public static nint Read(FileHandle file, byte* buffer, int count, long offset)
    {
        NativeOverlapped place = At(offset);
        if (ReadFile(file, buffer, count, out int transferred, &place) != 0) return transferred;
        return Marshal.GetLastPInvokeError() == EndOfFile ? 0 : -1;
    }

    public static nint Write(FileHandle file, byte* buffer, int count, long offset)
    {
        NativeOverlapped place = At(offset);
        return WriteFile(file, buffer, count, out int transferred, &place) != 0 ? transferred : -1;
    }

    public static int SetLength(FileHandle file, long length) =>
        SetInformation(file, EndOfFileInformation, &length, sizeof(long)) != 0 ? 0 : -1;

    public static int Flush(FileHandle file) => FlushFileBuffers(file) != 0 ? 0 : -1;

    public static int Lock(FileHandle file, bool exclusive)
    {
        NativeOverlapped place = AtLock();
        uint flags = FailImmediately | (exclusive ? ExclusiveLock : 0);
        return LockFileEx(file, flags, 0, 1, 0, &place) != 0 ? 0 : -1;
    }

    /// <summary>The lock would end with the handle, but when the system finds the time.</summary>
    public static bool Close(nint file, bool isLocked)
    {
        NativeOverlapped place = AtLock();
        if (isLocked) _ = UnlockFileEx(file, 0, 1, 0, &place);
        return CloseHandle(file) != 0;
    }

    public static int Rename(string from, string to) =>
        MoveFileEx(from, to, ReplaceExisting | WriteThrough) != 0 ? 0 : -1;

    public static int Delete(string path) => DeleteFile(path) != 0 ? 0 : -1;

    public static int GetStatus(FileHandle file, out FileStatus status)
    {
        Information raw;
        int result = GetInformation(file, &raw) != 0 ? 0 : -1;
        status = raw.ToStatus();
        return result;
    }

    public static int GetStatus(string path, out FileStatus status)
    {
        status = default;
        using FileHandle file =
            CreateFile(path, 0, ShareAll, null, OpenExisting, BackupSemantics, 0);
        return file.IsInvalid ? -1 : GetStatus(file, out status);
    }

    private static NativeOverlapped AtLock() =>
        new() { OffsetHigh = unchecked((int)LockOffsetHigh) };

    private static NativeOverlapped At(long offset) =>
        new() { OffsetLow = (int)offset, OffsetHigh = (int)(offset >> 32) };

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf16)]
    private static partial FileHandle CreateFile(
        string path, uint access, uint share, void* security, uint disposition, uint flags,
        nint template);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int ReadFile(
        FileHandle file, byte* buffer, int count, out int transferred, NativeOverlapped* at);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int WriteFile(
        FileHandle file, byte* buffer, int count, out int transferred, NativeOverlapped* at);

    [LibraryImport("kernel32", EntryPoint = "SetFileInformationByHandle", SetLastError = true)]
    private static partial int SetInformation(
        FileHandle file, int kind, void* information, int bytes);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int FlushFileBuffers(FileHandle file);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int LockFileEx(
        FileHandle file, uint flags, uint reserved, uint bytesLow, uint bytesHigh,
        NativeOverlapped* at);

    [LibraryImport("kernel32")]
    private static partial int UnlockFileEx(
        nint file, uint reserved, uint bytesLow, uint bytesHigh, NativeOverlapped* at);

    [LibraryImport("kernel32", EntryPoint = "CloseHandle")]
    private static partial int CloseHandle(nint file);

    [LibraryImport("kernel32", EntryPoint = "MoveFileExW", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf16)]
    private static partial int MoveFileEx(string from, string to, uint flags);

    [LibraryImport("kernel32", EntryPoint = "DeleteFileW", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf16)]
    private static partial int DeleteFile(string path);

    [LibraryImport("kernel32", EntryPoint = "GetFileInformationByHandle", SetLastError = true)]
    private static partial int GetInformation(FileHandle file, Information* information);

    /// <summary><c>BY_HANDLE_FILE_INFORMATION</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 52)]
    private struct Information
    {
        [FieldOffset(0)] private readonly uint _attributes;
        [FieldOffset(28)] private readonly uint _volume;
        [FieldOffset(32)] private readonly uint _lengthHigh;
        [FieldOffset(36)] private readonly uint _lengthLow;
        [FieldOffset(40)] private readonly uint _linkCount;
        [FieldOffset(44)] private readonly uint _inodeHigh;
        [FieldOffset(48)] private readonly uint _inodeLow;

        public readonly FileStatus ToStatus() => new(
            _volume,
            0,
            ((ulong)_inodeHigh << 32) | _inodeLow,
            _linkCount,
            ((long)_lengthHigh << 32) | _lengthLow,
            (_attributes & DirectoryAttribute) == 0);
    }
}
