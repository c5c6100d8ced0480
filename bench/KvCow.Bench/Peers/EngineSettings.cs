namespace KvCow.Bench.Peers;

/// <summary>How a database is opened; alike for every peer.</summary>
/// <param name="Folder">Its own folder, which exists.</param>
/// <param name="CacheBytes">The peer's own cache.</param>
/// <param name="IsDurable">Each commit waits for the device.</param>
internal sealed record EngineSettings(string Folder, long CacheBytes, bool IsDurable)
{
    /// <summary>
    /// Whether the data is larger than the memory for it: the system is told not to read ahead
    /// where it would by itself.
    /// </summary>
    public bool IsLargerThanMemory { get; init; }

    /// <summary>What users get who say nothing, and enough to open a database.</summary>
    private const long CacheBytesLeast = 256L << 20;

    /// <summary>The cache in times of the data: room for every page and its newer versions.
    /// </summary>
    private const long CachePerData = 4;

    /// <summary>For a number of records, whose pages all fit into the cache.</summary>
    public static EngineSettings Durable(string folder, int count = 0) => new(folder,
        Math.Max(CacheBytesLeast,
            CachePerData * count * (Data.Records.KeyBytes + Data.Records.ValueBytes)), true);
}
