using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>
/// The frames that hold cached pages which are not in the file yet: they stay pinned, so that they
/// are not evicted.
/// </summary>
internal sealed class HeldFrames(FrameSet frames, CacheShards shards, Action released)
{
    private int _count;

    /// <summary>Frames held now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Makes frames the cached pages; false, and nothing is done, if it cannot.</summary>
    /// <param name="written">Reserved frames, sealed.</param>
    /// <param name="countMax">Most frames to hold.</param>
    public bool TryHold(List<WriteFrame> written, int countMax)
    {
        if (Volatile.Read(ref _count) + written.Count > countMax) return false;
        // One beyond the capacity serves no page.
        if (!written.TrueForAll(frame => frame.Frame < frames.Count)) return false;
        foreach (WriteFrame frame in written) ShardOf(frame).InstallHeld(frame.Frame, frame.Id);
        Interlocked.Add(ref _count, written.Count);
        return true;
    }

    /// <summary>The page is in the file.</summary>
    public void Release(in WriteFrame frame)
    {
        ShardOf(frame).ReleaseHeld(frame.Frame);
        NoteReleased();
    }

    /// <summary>Nobody reads the page any more: it is not served either.</summary>
    public void Drop(in WriteFrame frame)
    {
        ShardOf(frame).DropHeld(frame.Frame, frame.Id);
        NoteReleased();
    }

    private void NoteReleased()
    {
        Interlocked.Decrement(ref _count);
        released();
    }

    private CacheShard ShardOf(in WriteFrame frame) => shards.OfFrame(frame.Frame);
}
