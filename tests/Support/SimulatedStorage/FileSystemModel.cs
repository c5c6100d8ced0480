namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>What a file system does with the data a failed flush could not write.</summary>
internal enum FileSystemModel
{
    /// <summary>
    /// As ext4 and xfs: reads go on to show it, the next flush succeeds without it, and it is
    /// gone once the cache is dropped.
    /// </summary>
    Ext4,

    /// <summary>As btrfs: reads show the former content at once.</summary>
    Btrfs,
}
