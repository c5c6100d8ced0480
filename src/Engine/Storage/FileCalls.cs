using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>
/// The file calls of the running system under one name each. A negative result is a failure whose
/// number <see cref="Marshal.GetLastPInvokeError"/> tells: it was read in the call's own stub, so
/// nothing ran in between. Interrupted calls are made again here.
/// </summary>
internal static unsafe class FileCalls
{
    /// <summary>
    /// Pieces in one gather write: 4 KiB of stack, far below every system's limit.
    /// </summary>
    public const int GatherVectorsMax = 256;

    public static FileHandle Open(string path, StorageOpening opening)
    {
        while (true)
        {
            FileHandle file = OperatingSystem.IsWindows() ? WindowsCalls.Open(path, opening)
                : OperatingSystem.IsMacOS() ? MacCalls.Open(path, opening)
                : LinuxCalls.Open(path, opening);
            if (!file.IsInvalid || !WasInterrupted()) return file;
        }
    }

    public static nint Read(FileHandle file, byte* buffer, int count, long offset)
    {
        if (OperatingSystem.IsWindows()) return WindowsCalls.Read(file, buffer, count, offset);
        nint result;
        do result = UnixCalls.Read(file, buffer, (nuint)count, offset);
        while (result < 0 && WasInterrupted());
        return result;
    }

    public static nint Write(FileHandle file, byte* buffer, int count, long offset)
    {
        if (OperatingSystem.IsWindows()) return WindowsCalls.Write(file, buffer, count, offset);
        nint result;
        do result = UnixCalls.Write(file, buffer, (nuint)count, offset);
        while (result < 0 && WasInterrupted());
        return result;
    }

    /// <summary>Writes some or all of the vectors; on Windows just the first.</summary>
    public static nint WriteGather(
        FileHandle file, GatherVector* vectors, int count, long offset)
    {
        if (OperatingSystem.IsWindows())
        {
            int length = (int)Math.Min(vectors->Length, int.MaxValue);
            return WindowsCalls.Write(file, vectors->Address, length, offset);
        }

        nint result;
        do result = UnixCalls.WriteGather(file, vectors, count, offset);
        while (result < 0 && WasInterrupted());
        return result;
    }

    /// <summary>Whether space can be had without writing it.</summary>
    public static bool CanReserve => OperatingSystem.IsLinux();

    public static int Reserve(FileHandle file, long offset, long length)
    {
        int result;
        do result = LinuxCalls.Reserve(file, 0, offset, length);
        while (result != 0 && SystemErrors.Own.IsInterrupted(Marshal.GetLastPInvokeError()));
        return result;
    }

    public static void StartFlush(FileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux()) LinuxCalls.StartFlush(file, offset, length);
    }

    /// <summary>Whether there is a call for that; without it nothing is done.</summary>
    public static bool CanAwaitWritten => OperatingSystem.IsLinux();

    /// <summary>Never made again, see <see cref="Flush"/>.</summary>
    public static int AwaitWritten(FileHandle file, long offset, long length) =>
        CanAwaitWritten ? LinuxCalls.AwaitWritten(file, offset, length) : 0;

    public static int SetLength(FileHandle file, long length)
    {
        if (OperatingSystem.IsWindows()) return WindowsCalls.SetLength(file, length);
        int result;
        do result = UnixCalls.SetLength(file, length);
        while (result < 0 && WasInterrupted());
        return result;
    }

    /// <summary>Never made again by itself, not even when interrupted: see the callers.</summary>
    public static int Flush(FileHandle file)
    {
        if (OperatingSystem.IsWindows()) return WindowsCalls.Flush(file);
        return OperatingSystem.IsMacOS() ? MacCalls.Flush(file) : LinuxCalls.Flush(file);
    }

    /// <summary>
    /// Makes the entries of a directory durable. Windows has no such call: NTFS logs them, and
    /// renames are written through.
    /// </summary>
    public static int FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows()) return 0;
        using FileHandle directory = OperatingSystem.IsMacOS()
            ? MacCalls.OpenDirectory(path)
            : LinuxCalls.OpenDirectory(path);
        return directory.IsInvalid ? -1 : UnixCalls.FlushAll(directory);
    }

    public static void DropCache(FileHandle file, long offset, long length)
    {
        if (OperatingSystem.IsLinux()) LinuxCalls.DropCache(file, offset, length);
    }

    public static int GetStatus(FileHandle file, out FileStatus status)
    {
        if (OperatingSystem.IsWindows()) return WindowsCalls.GetStatus(file, out status);
        return OperatingSystem.IsMacOS()
            ? MacCalls.GetStatus(file, out status)
            : LinuxCalls.GetStatus(file, out status);
    }

    public static int GetStatus(string path, out FileStatus status)
    {
        if (OperatingSystem.IsWindows()) return WindowsCalls.GetStatus(path, out status);
        return OperatingSystem.IsMacOS()
            ? MacCalls.GetStatus(path, out status)
            : LinuxCalls.GetStatus(path, out status);
    }

    public static int Lock(FileHandle file, bool exclusive)
    {
        if (OperatingSystem.IsWindows()) return WindowsCalls.Lock(file, exclusive);
        int operation = exclusive ? UnixCalls.LockExclusive : UnixCalls.LockShared;
        int result;
        do result = UnixCalls.Lock(file, operation | UnixCalls.LockNonBlocking);
        while (result < 0 && WasInterrupted());
        return result;
    }

    /// <summary>
    /// Gives back the lock, if the file has one, and closes. The error of an earlier call stays.
    /// </summary>
    public static bool Close(nint file, bool isLocked)
    {
        isLocked &= !PlantedBugs.KeepLock;
        if (OperatingSystem.IsWindows()) return WindowsCalls.Close(file, isLocked);
        if (isLocked) _ = UnixCalls.Lock(file, UnixCalls.Unlock);
        return UnixCalls.Close(file) == 0;
    }

    public static int Rename(string from, string to) => OperatingSystem.IsWindows()
        ? WindowsCalls.Rename(from, to)
        : UnixCalls.Rename(from, to);

    public static int Delete(string path) => OperatingSystem.IsWindows()
        ? WindowsCalls.Delete(path)
        : UnixCalls.Delete(path);

    private static bool WasInterrupted() =>
        SystemErrors.Own.IsInterrupted(Marshal.GetLastPInvokeError());
}
