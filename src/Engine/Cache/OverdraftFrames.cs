using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>
/// The frames beyond the capacity. They exist so that an operation that finds no free frame need
/// not wait for others, or for itself: it holds the very epoch that keeps retired frames from use.
/// </summary>
internal sealed class OverdraftFrames(int firstIndex, int pageBytes)
{
    // Guards all fields.
    private readonly Lock _gate = new();
    private readonly List<OverdraftFrame?> _frames = [];
    private readonly Stack<int> _unused = new();
    private long _total;

    public int Count
    {
        get
        {
            using (Uninterrupted.Enter(_gate)) return _frames.Count - _unused.Count;
        }
    }

    public long Total
    {
        get
        {
            using (Uninterrupted.Enter(_gate)) return _total;
        }
    }

    /// <summary>The frame with this number, at least <c>firstIndex</c>.</summary>
    public OverdraftFrame this[int index]
    {
        get
        {
            using (Uninterrupted.Enter(_gate))
            {
                return _frames[index - firstIndex]
                    ?? throw new InvalidOperationException($"Frame {index} is not in use.");
            }
        }
    }

    /// <summary>A new frame, pinned once.</summary>
    public OverdraftFrame Add()
    {
        using (Uninterrupted.Enter(_gate))
        {
            _total++;
            if (!_unused.TryPop(out int at))
            {
                at = _frames.Count;
                _frames.Add(null);
            }

            OverdraftFrame frame = new(this, firstIndex + at, pageBytes);
            _frames[at] = frame;
            return frame;
        }
    }

    public void Remove(OverdraftFrame frame)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _frames[frame.Index - firstIndex] = null;
            _unused.Push(frame.Index - firstIndex);
        }
    }
}
