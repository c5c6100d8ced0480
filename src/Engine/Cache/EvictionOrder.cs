namespace KvCow.Engine.Cache;

/// <summary>Says which frame of a shard goes next. Used under the shard's lock.</summary>
/// <remarks>
/// A page that is new in the cache is on probation, first in, first out: only if it is read again
/// meanwhile, or soon after, does it join the others, from which second chance evicts. So a scan,
/// which reads each page once, pushes out its own pages and leaves those in use alone. Before all
/// others go pages that a commit has replaced: only readers of older snapshots want them.
/// </remarks>
internal sealed class EvictionOrder(FrameSet frames, int first, int stride, int count)
{
    private readonly FrameFifo _probation = new(count);
    private readonly FrameFifo _replaced = new(count);
    private readonly EvictedPages _evicted = new(count);
    private int _hand;

    public int ProbationCount => _probation.Count;

    public int ReplacedCount => _replaced.Count;

    public int FrameAt(int number) => first + (number * stride);

    public int NumberOf(int frame) => (frame - first) / stride;

    /// <summary>The frame holds a page from now on, which has not been read yet.</summary>
    public void Add(int frame)
    {
        frames.ReferenceOf(frame) = 0;
        if (!_evicted.Remove(frames.PageOf(frame))) _probation.Add(NumberOf(frame));
    }

    public void Remove(int frame)
    {
        _probation.Remove(NumberOf(frame));
        _replaced.Remove(NumberOf(frame));
    }

    /// <summary>A commit has replaced the page that the frame holds.</summary>
    public void NoteReplaced(int frame)
    {
        if (!_replaced.Contains(NumberOf(frame))) _replaced.Add(NumberOf(frame));
    }

    /// <summary>The one replaced first: evict it, or nothing if it is below 0.</summary>
    public int NextReplaced()
    {
        int frame = FrameAt(_replaced.Oldest);
        _replaced.Remove(_replaced.Oldest);
        return frames.IsPinned(frame) ? -1 : frame;
    }

    /// <summary>Looks at one frame: evict it, or nothing yet if it is below 0.</summary>
    /// <param name="limit">Numbers from here on are to go in any case.</param>
    public int Next(int limit)
    {
        // Enough to see which new pages are read again, and little to spend on those that are not.
        int probationMin = limit / 8;
        return _probation.Count > probationMin ? NextOnProbation() : NextAtHand(limit);
    }

    /// <summary>The same, of the pages on probation; there must be one.</summary>
    public int NextOnProbation()
    {
        int number = _probation.Oldest;
        int frame = FrameAt(number);
        _probation.Remove(number);
        if (frames.ReferenceOf(frame) > 0) return -1;
        if (frames.IsPinned(frame))
        {
            _probation.Add(number);
            return -1;
        }

        _evicted.Add(frames.PageOf(frame));
        return frame;
    }

    private int NextAtHand(int limit)
    {
        int number = _hand;
        int frame = FrameAt(number);
        _hand = _hand + 1 < count ? _hand + 1 : 0;
        bool isLasting = frames[frame].State == FrameState.Cached && !_probation.Contains(number);
        if (!isLasting || frames.IsPinned(frame)) return -1;
        ref byte rounds = ref frames.ReferenceOf(frame);
        if (rounds == 0 || number >= limit) return frame;
        rounds--;
        return -1;
    }
}
