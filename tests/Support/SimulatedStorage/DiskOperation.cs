namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>The kinds of operation a simulated disk counts, announces and lets fail.</summary>
internal enum DiskOperation
{
    Open,
    Read,
    Write,
    Grow,
    Truncate,
    Flush,
    Rename,
    Delete,
    FlushDirectory,
}
