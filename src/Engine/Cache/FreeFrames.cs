namespace KvCow.Engine.Cache;

/// <summary>
/// The frames of one shard that serve no page: the last one given back comes first, those that were
/// never used come last. Guarded by the shard's lock.
/// </summary>
internal sealed class FreeFrames
{
    private readonly Stack<int> _frames;

    // The lowest of the stack.
    private int _unusedCount;

    /// <param name="first">The first frame of the shard.</param>
    /// <param name="stride">From one of its frames to the next.</param>
    /// <param name="count">How many it has, all of them free.</param>
    public FreeFrames(int first, int stride, int count)
    {
        _frames = new Stack<int>(count);
        for (int i = count - 1; i >= 0; i--) _frames.Push(first + (i * stride));
        _unusedCount = count;
    }

    public int Count => _frames.Count;

    /// <summary>Whether the next one has memory that nobody has touched yet.</summary>
    public bool IsNextUnused => _frames.Count <= _unusedCount;

    public void Push(int frame) => _frames.Push(frame);

    public bool TryPop(out int frame)
    {
        bool isThere = _frames.TryPop(out frame);
        _unusedCount = Math.Min(_unusedCount, _frames.Count);
        return isThere;
    }

    /// <summary>All of them, the next one last.</summary>
    public int[] TakeAll()
    {
        int[] all = [.. _frames];
        Array.Reverse(all);
        _frames.Clear();
        _unusedCount = 0;
        return all;
    }
}
