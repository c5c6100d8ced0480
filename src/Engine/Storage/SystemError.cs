namespace KvCow.Engine.Storage;

/// <summary>Error numbers of the operating system by what they mean here.</summary>
internal static class SystemError
{
    private const int NoSuchFile = 2;
    private const int NoSuchPathWindows = 3;
    private const int Interrupted = 4;

    public static bool IsInterrupted(int error) =>
        error == Interrupted && !OperatingSystem.IsWindows();

    /// <summary>The file is not there.</summary>
    public static bool IsMissing(int error) =>
        error == NoSuchFile || (error == NoSuchPathWindows && OperatingSystem.IsWindows());

    /// <summary>Somebody else holds the lock.</summary>
    public static bool IsLocked(int error) =>
        error == (OperatingSystem.IsWindows() ? 33 : OperatingSystem.IsMacOS() ? 35 : 11);

    /// <summary>
    /// No space, quota used up, or larger than a file may be. On Unix ENOSPC, EFBIG, EDQUOT; on
    /// Windows ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED,
    /// ERROR_FILE_TOO_LARGE.
    /// </summary>
    public static bool IsFull(int error)
    {
        if (OperatingSystem.IsWindows()) return error is 112 or 39 or 1295 or 223;
        return error is 28 or 27 || error == (OperatingSystem.IsMacOS() ? 69 : 122);
    }
}
