namespace KvCow.Engine.Telemetry;

/// <summary>What a listener to the meter sees of a store at one moment.</summary>
internal readonly record struct StoreGauges(
    long CacheHits,
    long CacheMisses,
    long CacheBytes,
    long DirtyBytes,
    long FileBytes,
    long FreePages,
    long PendingPages,
    int OpenReaders,
    TimeSpan OldestReaderAge);
