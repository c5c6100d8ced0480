namespace KvCow.Engine.Storage;

/// <summary>Error numbers of an operating system by what they mean here.</summary>
internal sealed class SystemErrors
{
    /// <summary>
    /// EINTR; ENOENT; EAGAIN; ENOSPC, EFBIG, EDQUOT; ENOSYS, EINVAL, ESPIPE, EOPNOTSUPP.
    /// </summary>
    public static readonly SystemErrors Linux = new()
    {
        Interrupted = [4],
        Missing = [2],
        Locked = [11],
        Full = [28, 27, 122],
        Unsupported = [38, 22, 29, 95],
    };

    /// <summary>The same names, with the numbers that they have there.</summary>
    public static readonly SystemErrors MacOs = new()
    {
        Interrupted = [4],
        Missing = [2],
        Locked = [35],
        Full = [28, 27, 69],
    };

    /// <summary>
    /// No call is interrupted; ERROR_FILE_NOT_FOUND, ERROR_PATH_NOT_FOUND; ERROR_LOCK_VIOLATION;
    /// ERROR_DISK_FULL, ERROR_HANDLE_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED, ERROR_FILE_TOO_LARGE.
    /// </summary>
    public static readonly SystemErrors Windows = new()
    {
        Interrupted = [],
        Missing = [2, 3],
        Locked = [33],
        Full = [112, 39, 1295, 223],
    };

    /// <summary>Those of the system this runs on.</summary>
    public static readonly SystemErrors Own = OperatingSystem.IsWindows() ? Windows
        : OperatingSystem.IsMacOS() ? MacOs
        : Linux;

    private SystemErrors()
    {
    }

    private int[] Interrupted { get; init; } = [];

    private int[] Missing { get; init; } = [];

    private int[] Locked { get; init; } = [];

    private int[] Full { get; init; } = [];

    private int[] Unsupported { get; init; } = [];

    /// <summary>The call did nothing and is to be made again.</summary>
    public bool IsInterrupted(int error) => Interrupted.Contains(error);

    /// <summary>The file is not there.</summary>
    public bool IsMissing(int error) => Missing.Contains(error);

    /// <summary>Somebody else holds the lock.</summary>
    public bool IsLocked(int error) => Locked.Contains(error);

    /// <summary>The system, or this kind of file, has no such call: nothing was done.</summary>
    public bool IsUnsupported(int error) => Unsupported.Contains(error);

    /// <summary>No space, quota used up, or larger than a file may be.</summary>
    public bool IsFull(int error) => Full.Contains(error);
}
