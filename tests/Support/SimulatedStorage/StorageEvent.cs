namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// A moment at which the power may go. Writes, growth, cuts and changes of the directory are told
/// of after they happened in the cache, flushes before they have any effect. Reads are not told.
/// </summary>
/// <param name="Operation">What happened.</param>
/// <param name="Suffix">The file; for a rename its former name.</param>
/// <param name="Offset">Where a write began; the new length for growth and cuts.</param>
/// <param name="Length">The bytes of a write.</param>
internal readonly record struct StorageEvent(
    DiskOperation Operation, string Suffix, long Offset, long Length);
