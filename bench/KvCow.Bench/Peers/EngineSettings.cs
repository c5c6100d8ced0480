namespace KvCow.Bench.Peers;

/// <summary>How a database is opened; alike for every peer.</summary>
/// <param name="Folder">Its own folder, which exists.</param>
/// <param name="CacheBytes">The peer's own cache.</param>
/// <param name="IsDurable">Each commit waits for the device.</param>
internal sealed record EngineSettings(string Folder, long CacheBytes, bool IsDurable)
{
    /// <summary>A cache larger than the data of any usual run.</summary>
    public const long CacheBytesDefault = 4L << 30;

    public static EngineSettings Durable(string folder) => new(folder, CacheBytesDefault, true);
}
