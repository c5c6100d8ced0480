using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>
/// The frames that hold dirty pages: taken from all shards in turn, so that each of them keeps its
/// part of the cache; beyond the capacity only when no frame can be had.
/// </summary>
/// <remarks>Who borrows has a slot claimed until all are returned.</remarks>
internal sealed class LentFrames(
    FrameSet frames, CacheShards shards, OverdraftFrames overdrafts)
{
    /// <summary>
    /// Shards asked before a frame beyond the capacity is taken. One that has none now, because
    /// operations hold what it evicted, mostly has neighbours that do.
    /// </summary>
    private const int TriesMax = 4;

    /// <summary>
    /// Frames kept for the next transaction, last in, first out: their bytes are in the processor's
    /// own cache still, and no shard is asked. As many as a small commit changes pages.
    /// </summary>
    private const int KeptMax = 16;

    // Guards the two below: a transaction left open may end on any thread.
    private readonly Lock _gate = new();
    private readonly Stack<int> _kept = new(KeptMax);
    private bool _keepsNone;

    private int _next;
    private int _count;

    /// <summary>Frames lent now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A frame with arbitrary bytes, until it is returned.</summary>
    public PageBuffer Take(out int frame)
    {
        frame = TakeKept();
        if (frame < 0) frame = TakeOfShards();
        Interlocked.Increment(ref _count);
        if (frame >= 0) return frames.BufferOf(frame);

        OverdraftFrame overdraft = overdrafts.Add();
        frame = overdraft.Index;
        return overdraft.Buffer;
    }

    /// <summary>Takes a frame back; nobody may touch it any more.</summary>
    public void Return(int frame)
    {
        if (frame >= frames.Count) overdrafts[frame].Unpin();
        else if (!TryKeep(frame)) shards.OfFrame(frame).Return(frame);
        Interlocked.Decrement(ref _count);
    }

    /// <summary>Gives those kept back, and keeps none while there is less memory.</summary>
    /// <param name="isLess">Whether the cache may not use all its frames.</param>
    public void GiveBack(bool isLess)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _keepsNone = isLess;
            while (_kept.TryPop(out int frame)) shards.OfFrame(frame).Return(frame);
        }
    }

    private int TakeKept()
    {
        using (Uninterrupted.Enter(_gate)) return _kept.TryPop(out int frame) ? frame : -1;
    }

    private bool TryKeep(int frame)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_keepsNone || _kept.Count == KeptMax) return false;
            frames.Poison(frame);
            _kept.Push(frame);
            return true;
        }
    }

    private int TakeOfShards()
    {
        int frame = -1;
        for (int i = Math.Min(shards.Count, TriesMax); i > 0 && frame < 0; i--)
        {
            int next = Interlocked.Increment(ref _next) & int.MaxValue;
            frame = shards[next % shards.Count].Take();
        }

        return frame;
    }
}
