namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>What goes wrong with an operation.</summary>
internal enum DiskFault
{
    /// <summary>
    /// It fails as with EIO and has no effect; a flush as the file system model says.
    /// </summary>
    Error,

    /// <summary>It fails as with ENOSPC and has no effect; a flush as with an error.</summary>
    Full,

    /// <summary>A write or growth does its first half, then fails as with EIO.</summary>
    HalfDone,

    /// <summary>A flush reports success and does nothing.</summary>
    Lie,

    /// <summary>A write reaches the cache but never the device.</summary>
    Drop,

    /// <summary>A write reaches the cache, but another place of the device.</summary>
    Misdirect,

    /// <summary>A read returns what its chunks held before they were last written.</summary>
    Stale,
}
