using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>
/// One page of memory beyond the capacity, seen only by those who hold it: the operation that
/// borrowed it, pins, or the writer. It is freed with the last of them, whatever else runs.
/// </summary>
internal sealed class OverdraftFrame : IDisposable
{
    private readonly OverdraftFrames _owner;
    private readonly PageArena _memory;
    private int _pins = 1;

    public OverdraftFrame(OverdraftFrames owner, int index, int pageBytes)
    {
        _owner = owner;
        _memory = new PageArena(pageBytes, pageCount: 1);
        Index = index;
        Buffer = _memory.PageAt(0);
    }

    public int Index { get; }

    public PageBuffer Buffer { get; }

    /// <summary>The next frame that the same operation borrowed.</summary>
    public OverdraftFrame? Next { get; set; }

    public void Pin() => Interlocked.Increment(ref _pins);

    public void Unpin()
    {
        if (Interlocked.Decrement(ref _pins) != 0) return;
        SyncPoints.Reach("overdraft: unused");
        _owner.Remove(this);
        Dispose();
    }

    public void Dispose() => _memory.Dispose();
}
