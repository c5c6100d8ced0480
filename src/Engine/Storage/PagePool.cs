using System.Diagnostics;

namespace KvCow.Engine.Storage;

/// <summary>
/// Lends page-sized buffers of native memory to any thread and takes them back. The memory comes
/// in chunks; when the last buffer is back, all chunks but a few are given up again.
/// </summary>
internal sealed class PagePool : IDisposable
{
    /// <summary>
    /// Few calls of the allocator for large transactions, little waste for small ones.
    /// </summary>
    private const int ChunkBytes = 256 << 10;

    /// <summary>Kept for the next transaction: most need no more than this.</summary>
    private const int IdleBytesMax = 4 << 20;

    private readonly Lock _gate = new(); // Guards all fields below.
    private readonly List<PageArena> _chunks = [];
    private readonly Stack<PageBuffer> _free = new();
    private readonly int _pagesPerChunk;
    private long _rentedCount;
    private bool _disposed;

    public PagePool(int pageBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageBytes);
        PageBytes = pageBytes;
        _pagesPerChunk = Math.Max(1, ChunkBytes / pageBytes);
    }

    public int PageBytes { get; }

    /// <summary>Bytes of native memory the pool holds, lent or not.</summary>
    public long BytesHeld
    {
        get
        {
            using (Uninterrupted.Enter(_gate))
                return (long)_chunks.Count * _pagesPerChunk * PageBytes;
        }
    }

    /// <summary>Bytes of the buffers that are lent now.</summary>
    public long BytesRented
    {
        get
        {
            using (Uninterrupted.Enter(_gate)) return _rentedCount * PageBytes;
        }
    }

    /// <summary>A buffer with arbitrary content, aligned to 64 bytes or better.</summary>
    public PageBuffer Rent()
    {
        using (Uninterrupted.Enter(_gate))
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_free.Count == 0) AddChunk();
            _rentedCount++;
            return _free.Pop();
        }
    }

    /// <summary>Takes a buffer back; nobody may touch it any more.</summary>
    public void Return(PageBuffer page)
    {
        Debug.Assert(page.Length == PageBytes);
        using (Uninterrupted.Enter(_gate))
        {
            if (_disposed) return; // Its memory went with the pool.
            Debug.Assert(_rentedCount > 0);
            _rentedCount--;
            _free.Push(page);
            if (_rentedCount == 0) GiveUpIdleChunks();
        }
    }

    public void Dispose()
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_disposed) return;
            _disposed = true;
            foreach (PageArena chunk in _chunks) chunk.Dispose();
            _chunks.Clear();
            _free.Clear();
        }
    }

    private void AddChunk()
    {
        var chunk = new PageArena(PageBytes, _pagesPerChunk);
        _chunks.Add(chunk);
        PushPages(chunk);
    }

    private void PushPages(PageArena chunk)
    {
        // The lowest address is lent first, so that consecutive pages lie side by side.
        for (int index = chunk.PageCount - 1; index >= 0; index--) _free.Push(chunk.PageAt(index));
    }

    private void GiveUpIdleChunks()
    {
        int keep = Math.Max(1, IdleBytesMax / (_pagesPerChunk * PageBytes));
        if (_chunks.Count <= keep) return;
        foreach (PageArena chunk in _chunks[keep..]) chunk.Dispose();
        _chunks.RemoveRange(keep, _chunks.Count - keep);
        _free.Clear();
        foreach (PageArena chunk in _chunks) PushPages(chunk);
    }
}
