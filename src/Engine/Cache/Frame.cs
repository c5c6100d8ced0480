namespace KvCow.Engine.Cache;

/// <summary>What the cache notes about one frame, apart from the bytes of its page.</summary>
internal struct Frame
{
    /// <summary>The page it holds. Guarded by the shard's lock.</summary>
    public uint PageIndex;

    /// <summary>
    /// While not 0 the frame is neither evicted nor used again. Changed by Interlocked, from inside
    /// an operation when it rises from 0, so that the epochs protect the frame until the pin does.
    /// </summary>
    public int Pins;

    /// <summary>Guarded by the shard's lock.</summary>
    public FrameState State;
}
