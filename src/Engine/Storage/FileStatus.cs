namespace KvCow.Engine.Storage;

/// <summary>
/// What the system says of a file: its identity, links, length, and whether it is regular.
/// </summary>
/// <param name="DeviceMajor">Major device number; on Windows the volume's serial number.</param>
/// <param name="DeviceMinor">Minor device number; 0 where devices have one number.</param>
/// <param name="Inode">Number of the file on its device.</param>
/// <param name="LinkCount">Directory entries that name the file; 0 once it is unlinked.</param>
/// <param name="Length">In bytes.</param>
/// <param name="IsRegular">False for directories, pipes, sockets and devices.</param>
internal readonly record struct FileStatus(
    uint DeviceMajor,
    uint DeviceMinor,
    ulong Inode,
    uint LinkCount,
    long Length,
    bool IsRegular)
{
    public bool IsSameFileAs(FileStatus other) =>
        DeviceMajor == other.DeviceMajor
        && DeviceMinor == other.DeviceMinor
        && Inode == other.Inode;
}
