namespace KvCow.Engine.Cache;

/// <summary>The node cache's figures at one moment; counts run from its start.</summary>
internal readonly record struct CacheStatistics
{
    public required long Hits { get; init; }

    public required long Misses { get; init; }

    public required long Evictions { get; init; }

    /// <summary>
    /// Bytes of all frames in use for committed pages, those beyond the capacity among them.
    /// </summary>
    public required long BytesUsed { get; init; }

    /// <summary>Bytes of the frames that are lent for dirty pages.</summary>
    public required long BytesLent { get; init; }

    /// <summary>Capacity for both.</summary>
    public required long BytesMax { get; init; }

    /// <summary>Frames beyond the capacity, in use now.</summary>
    public required int OverdraftFrames { get; init; }

    /// <summary>Frames beyond the capacity, ever taken.</summary>
    public required long OverdraftFramesTotal { get; init; }
}
