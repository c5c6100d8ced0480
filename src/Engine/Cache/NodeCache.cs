using System.Diagnostics;
using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>
/// Committed pages in a bounded number of native frames, verified when loaded and shared by all
/// transactions.
/// </summary>
/// <remarks>
/// A hit takes no lock and writes to nothing shared: page table, frame, compare the page's header
/// with the reference. What an operation has found keeps its bytes until the operation ends,
/// evicted or not, because frames are used again only after every operation that may know them
/// (<see cref="ReaderSlots"/>). A read that finds no free frame borrows one beyond the capacity
/// (<see cref="OverdraftFrames"/>) until its operation ends; so operations should be short.
/// </remarks>
internal sealed unsafe partial class NodeCache : IDisposable
{
    private readonly FrameSet _frames;
    private readonly PageTable _table = new();
    private readonly OverdraftFrames _overdrafts;
    private readonly CacheShards _shards;
    private readonly PageLoader _loader;
    private readonly int _pageBytes;
    private int _limit; // Frames to use; read without a lock: a moment later is soon enough.

    // Guards _freed.
    private readonly Lock _gate = new();
    private bool _freed;
    private bool _closed;

    /// <param name="file">The store's main file; the caller keeps it open meanwhile.</param>
    /// <param name="pageBytes">Size of a page, a power of 2.</param>
    /// <param name="capacityBytes">Most bytes to use; at least 64 pages are.</param>
    /// <param name="poisonFreed">Overwrites frames that become free; for tests.</param>
    public NodeCache(IStorageFile file, int pageBytes, long capacityBytes, bool poisonFreed = false)
    {
        Debug.Assert(PageLimits.IsPageSize(pageBytes));
        CacheSize size = CacheSize.For(capacityBytes, pageBytes);
        _pageBytes = pageBytes;
        _loader = new PageLoader(file, pageBytes);
        _frames = new FrameSet(size.FrameCount, pageBytes, poisonFreed);
        _overdrafts = new OverdraftFrames(_frames.Count, pageBytes);
        Slots = new ReaderSlots(FreeIfUnused);
        _shards = new CacheShards(_frames, _table, Slots, size);
        Lent = new LentFrames(_frames, _shards, _overdrafts);
        Held = new HeldFrames(_frames, _shards, FreeIfClosed);
        _limit = _frames.Count;
    }

    /// <summary>The least that <see cref="SetCapacity"/> takes.</summary>
    public long CapacityBytesMin => CacheSize.FramesMin(_shards.Count) * _pageBytes;

    /// <summary>Most frames that should be lent: readers keep the other half.</summary>
    public int LentMax => Volatile.Read(ref _limit) / 2;

    /// <summary>Most frames that the writer should hold reserved at a time.</summary>
    public int ReservedMax => Volatile.Read(ref _limit) / 8;

    public ReaderSlots Slots { get; }

    public LentFrames Lent { get; }

    public HeldFrames Held { get; }

    /// <summary>Whether the memory is gone: disposed, and nobody looks at it any more.</summary>
    public bool IsFreed
    {
        get { using (Uninterrupted.Enter(_gate)) return _freed; }
    }

    /// <summary>The verified page, until the end of the slot's running operation.</summary>
    /// <exception cref="CorruptPageException">The file does not hold the page meant.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public ReadOnlySpan<byte> Read(ReaderSlot slot, scoped in PageReference reference) =>
        Locate(slot, reference).Span;

    /// <summary>The same as an address.</summary>
    /// <exception cref="CorruptPageException">The file does not hold the page meant.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public PageBuffer Locate(ReaderSlot slot, scoped in PageReference reference)
    {
        int frame = Find(slot, reference);
        return frame >= 0
            ? new PageBuffer(_frames.AddressOf(frame), _pageBytes)
            : Load(slot, reference, out _, out _);
    }

    /// <summary>
    /// Where a cached page lies, only to ask the processor for it ahead: nothing keeps it there.
    /// The default if it is not cached.
    /// </summary>
    public PageBuffer Peek(PageId id)
    {
        int frame = _table.Find(id);
        return frame >= 0 ? _frames.BufferOf(frame) : default;
    }

    /// <summary>
    /// A pinned frame for a page that a commit will write. The caller fills it with the sealed page
    /// and ends it with <see cref="Install"/> or <see cref="Abandon"/>.
    /// </summary>
    public WriteFrame Reserve(PageId id, TransactionId birth)
    {
        int frame = _shards.OfPage(id).TakeForWrite();
        if (frame >= 0) return new WriteFrame(id, birth, _frames.BufferOf(frame), frame);
        OverdraftFrame overdraft = _overdrafts.Add();
        return new WriteFrame(id, birth, overdraft.Buffer, overdraft.Index);
    }

    /// <summary>
    /// Makes the frame the cached page for its id, in place of an older one, and unpins it. The
    /// page must be in the file already, because it may be evicted at once and read again from
    /// there. Called before the commit is published.
    /// </summary>
    public void Install(in WriteFrame frame)
    {
        Debug.Assert(PageHeader.Id(frame.Buffer.Span) == frame.Id);
        Debug.Assert(PageHeader.Birth(frame.Buffer.Span) == frame.Birth);
        bool isOverdraft = frame.Frame >= _frames.Count;
        if (isOverdraft) Forget(frame.Id);
        if (isOverdraft) _overdrafts[frame.Frame].Unpin();
        else _shards.OfPage(frame.Id).InstallWritten(frame.Frame, frame.Id);

        FreeIfClosed();
    }

    /// <summary>Gives the frame back unused: the commit failed.</summary>
    public void Abandon(in WriteFrame frame)
    {
        if (frame.Frame < _frames.Count) _shards.OfPage(frame.Id).Abandon(frame.Frame);
        else _overdrafts[frame.Frame].Unpin();
        FreeIfClosed();
    }

    /// <summary>
    /// Uses so much memory from here on, at most as much as at the start. What somebody looks at
    /// goes later.
    /// </summary>
    public void SetCapacity(long bytes)
    {
        int perShard = (int)(Math.Min(bytes / _pageBytes, _frames.Count) / _shards.Count);
        Volatile.Write(ref _limit, perShard * _shards.Count);
        Lent.GiveBack(isLess: perShard * _shards.Count < _frames.Count);
        _shards.SetLimit(perShard);
    }

    /// <summary>Stops serving a page: it was cut off, or written past the cache.</summary>
    public void Forget(PageId id) => _shards.OfPage(id).Forget(id);

    /// <summary>
    /// A commit has replaced pages: they go before others, though readers of older snapshots may
    /// still ask for them.
    /// </summary>
    public void NoteReplaced(PageRun run)
    {
        for (uint page = run.Start; page < run.End; page++)
            _shards.OfPage(new PageId(page)).NoteReplaced(new PageId(page));
    }

    public CacheStatistics GetStatistics()
    {
        (long evictions, long framesUsed) = _shards.Sum();
        (long hits, long misses) = Slots.CountReads();
        (int overdrafts, long lent) = (_overdrafts.Count, Lent.Count);
        return new CacheStatistics
        {
            Hits = hits,
            Misses = misses,
            Evictions = evictions,
            BytesUsed = Math.Max(0, framesUsed + overdrafts - lent) * _pageBytes,
            BytesLent = lent * _pageBytes,
            BytesMax = (long)Volatile.Read(ref _limit) * _pageBytes,
            OverdraftFrames = overdrafts,
            OverdraftFramesTotal = _overdrafts.Total,
        };
    }

    /// <summary>
    /// Gives up the cache. Its memory stays until the last claimed slot is released and the last
    /// frame unpinned.
    /// </summary>
    public void Dispose()
    {
        if (_closed) return;

        // First no slot is claimed any more; only then may an unpin find the memory unused.
        Slots.Close();
        SyncPoints.Reach("cache: closed");
        Volatile.Write(ref _closed, true);
        FreeIfUnused();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    private int Find(ReaderSlot slot, in PageReference reference)
    {
        int frame = Look(slot, reference);
        if (frame < 0) return -1;

        // Only if clear, so that a page that many read is not written to by each of them.
        ref byte rounds = ref _frames.ReferenceOf(frame);
        if (rounds == 0) rounds = _frames.RoundsFor(frame);
        return frame;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    private int Look(ReaderSlot slot, in PageReference reference)
    {
        Debug.Assert(slot.IsInOperation);
        Debug.Assert(!reference.Id.IsDirty);
        int frame = _table.Find(reference.Id);
        SyncPoints.Reach("cache: frame found");
        if (frame < 0 || !_frames.Holds(frame, reference)) return -1;
        SyncPoints.Reach("cache: hit");
        slot.CountHit();
        return frame;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PageBuffer Load(
        ReaderSlot slot, in PageReference reference, out int frame, out OverdraftFrame? borrowed)
    {
        slot.CountMiss();
        CacheShard shard = _shards.OfPage(reference.Id);
        frame = shard.Take();
        borrowed = null;
        if (frame < 0)
        {
            borrowed = _overdrafts.Add();
            frame = borrowed.Index;
            slot.Borrow(borrowed);
            SyncPoints.Reach("cache: frame borrowed");
            _loader.Load(reference, borrowed.Buffer.Span);
            return borrowed.Buffer;
        }

        int loaded = frame;
        try
        {
            _loader.Load(reference, _frames.BufferOf(loaded).Span);
            SyncPoints.Reach("cache: loaded");
            frame = shard.InstallLoaded(loaded, reference);
            return _frames.BufferOf(frame);
        }
        catch
        {
            shard.Return(loaded);
            throw;
        }
    }

    private void FreeIfClosed()
    {
        if (Volatile.Read(ref _closed)) FreeIfUnused();
    }

    private void FreeIfUnused()
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_freed || Slots.HasClaims() || _frames.HasPins()) return;
            _freed = true;
            _frames.Dispose();
        }
    }
}
