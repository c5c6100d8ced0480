using System.Diagnostics;

namespace KvCow.Engine.Cache;

/// <summary>
/// Frames of one shard, by their number in it, in the order in which they came; any can leave.
/// </summary>
internal sealed class FrameFifo
{
    private const int Outside = -1;

    // Linked in a ring through an entry of its own, behind those of the frames.
    private readonly int[] _newer;
    private readonly int[] _older;
    private readonly int _ring;

    /// <param name="capacity">Frames are numbered below this.</param>
    public FrameFifo(int capacity)
    {
        _ring = capacity;
        _newer = new int[capacity + 1];
        _older = new int[capacity + 1];
        Array.Fill(_newer, Outside);
        _newer[_ring] = _older[_ring] = _ring;
    }

    public int Count { get; private set; }

    /// <summary>The one that came first; there must be one.</summary>
    public int Oldest
    {
        get
        {
            Debug.Assert(Count > 0);
            return _newer[_ring];
        }
    }

    public bool Contains(int number) => _newer[number] != Outside;

    public void Add(int number)
    {
        Debug.Assert(!Contains(number));
        int newest = _older[_ring];
        _newer[newest] = number;
        _older[number] = newest;
        _newer[number] = _ring;
        _older[_ring] = number;
        Count++;
    }

    /// <summary>Takes a frame out, if it is in.</summary>
    public void Remove(int number)
    {
        if (!Contains(number)) return;
        _newer[_older[number]] = _newer[number];
        _older[_newer[number]] = _older[number];
        _newer[number] = Outside;
        Count--;
    }
}
