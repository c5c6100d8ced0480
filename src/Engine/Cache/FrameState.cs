namespace KvCow.Engine.Cache;

/// <summary>Where a frame is in its round: free, held, cached, retired, free.</summary>
internal enum FrameState
{
    /// <summary>In the shard's stack of free frames; nobody looks at its bytes.</summary>
    Free,

    /// <summary>Being filled by one loader or by the writer; not in the page table.</summary>
    Held,

    /// <summary>In the page table, found by readers.</summary>
    Cached,

    /// <summary>Out of the page table, but an operation or a pin may still look at it.</summary>
    Retired,

    /// <summary>Out of use, without memory: the capacity is lower than it could be.</summary>
    Parked,
}
