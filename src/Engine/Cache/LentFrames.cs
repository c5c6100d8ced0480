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

    private int _next;
    private int _count;

    /// <summary>Frames lent now.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A frame with arbitrary bytes, until it is returned.</summary>
    public PageBuffer Take(out int frame)
    {
        frame = TakeOfShards();
        Interlocked.Increment(ref _count);
        if (frame >= 0) return frames.BufferOf(frame);

        OverdraftFrame overdraft = overdrafts.Add();
        frame = overdraft.Index;
        return overdraft.Buffer;
    }

    /// <summary>Takes a frame back; nobody may touch it any more.</summary>
    public void Return(int frame)
    {
        if (frame < frames.Count) shards.OfFrame(frame).Return(frame);
        else overdrafts[frame].Unpin();
        Interlocked.Decrement(ref _count);
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
