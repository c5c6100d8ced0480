using System.Diagnostics;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>
/// One part of the frames, for the pages that hash to it: gives out frames, evicts, and is the only
/// one to change the page table for its pages.
/// </summary>
internal sealed partial class CacheShard
{
    /// <summary>
    /// Most frames that the clock's hand passes per miss, so that one miss never walks a large
    /// shard full of pins. Enough for three rounds of a usual shard of 1024 frames.
    /// </summary>
    private const int HandStepsMax = 4096;

    /// <summary>From so many retired frames on they are looked through before memory is touched
    /// that was never used: that is dear, but so is the look.</summary>
    private const int RetiredMin = 8;

    /// <summary>
    /// Pages that a commit has replaced stay until there are so many: until the commit is durable
    /// they are what new readers read.
    /// </summary>
    private const int ReplacedMin = 8;

    // Guards all that changes here, the frames' states and the page table's entries of this shard.
    private readonly Lock _gate = new();
    private readonly FrameSet _frames;
    private readonly PageTable _table;
    private readonly RetiredFrames _retired;
    private readonly EvictionOrder _order;
    private readonly Action<int> _give;
    private readonly FreeFrames _free;
    private readonly int _count;
    private int _limit;
    private int _parkedCount;

    // Retired frames past which they are looked through; more than those that some reader keeps.
    private int _reclaimAt = RetiredMin;
    private int _reserved;
    private long _evictions;

    /// <param name="frames">Of all shards.</param>
    /// <param name="table">Of all shards.</param>
    /// <param name="slots">Tells which operations go on.</param>
    /// <param name="first">The first frame of this shard.</param>
    /// <param name="stride">
    /// From one of its frames to the next. The frames of all shards lie between each other, so that
    /// the first ones used lie together: the system supplies memory by huge pages, and a small
    /// database would touch one in each shard.
    /// </param>
    /// <param name="count">How many frames it has.</param>
    public CacheShard(FrameSet frames, PageTable table, ReaderSlots slots, int first, int stride,
        int count)
    {
        _frames = frames;
        _table = table;
        _retired = new RetiredFrames(frames, slots, count);
        _count = _limit = count;
        _order = new EvictionOrder(frames, first, stride, count);
        _give = Give;
        _free = new FreeFrames(first, stride, count);
    }

    public long Evictions
    {
        get { using (Uninterrupted.Enter(_gate)) return _evictions; }
    }

    public long FramesUsed
    {
        get { using (Uninterrupted.Enter(_gate)) return _count - _free.Count - _parkedCount; }
    }

    // Frames are evicted ahead of need: what an operation evicts it cannot use itself, because its
    // own epoch is still published. The batch pays for the process-wide barrier.
    private int FreeMin => Math.Clamp(_limit / 16, 8, 32);

    /// <summary>
    /// Uses only so many of the frames from here on. Those that operations or pins hold go later.
    /// </summary>
    public void SetLimit(int limit)
    {
        using (Uninterrupted.Enter(_gate))
        {
            (int before, _limit) = (_limit, limit);
            for (int number = before; number < limit; number++) Unpark(_order.FrameAt(number));
            if (limit >= before) return;

            foreach (int frame in _free.TakeAll()) Give(frame);
            for (int number = limit; number < before; number++)
                RetireUnpinned(_order.FrameAt(number));
            Reclaim(all: true);
        }
    }

    /// <summary>A frame to fill, or -1 if none is free now.</summary>
    public int Take()
    {
        using (Uninterrupted.Enter(_gate)) return Pop();
    }

    /// <summary>
    /// A frame for the writer, pinned, or -1. The writer gets at most half of the frames, so that a
    /// large commit leaves readers a cache.
    /// </summary>
    public int TakeForWrite()
    {
        using (Uninterrupted.Enter(_gate))
        {
            int frame = _reserved < _limit / 2 ? Pop() : -1;
            if (frame < 0) return -1;
            _reserved++;
            _frames[frame].Pins = 1;
            return frame;
        }
    }

    /// <summary>Gives back a taken frame that nobody else has seen.</summary>
    public void Return(int frame)
    {
        using (Uninterrupted.Enter(_gate)) PushHeld(frame);
    }

    /// <summary>
    /// Makes a loaded frame the cached page, and returns the frame to read: another one if somebody
    /// else has loaded the page meanwhile.
    /// </summary>
    public int InstallLoaded(int frame, in PageReference reference)
    {
        using (Uninterrupted.Enter(_gate))
        {
            int present = _table.Find(reference.Id);
            if (present >= 0 && _frames.Holds(present, reference))
            {
                PushHeld(frame);
                return present;
            }

            // A newer page is there: what was read is right for the caller, and for nobody later.
            if (present >= 0 && _frames.BirthOf(present) > reference.Birth) _retired.Add(frame);
            else Publish(frame, reference.Id);
            return frame;
        }
    }

    /// <summary>Makes a written frame the cached page, and unpins it.</summary>
    public void InstallWritten(int frame, PageId id)
    {
        using (Uninterrupted.Enter(_gate))
        {
            Debug.Assert(_frames[frame].State == FrameState.Held);
            Publish(frame, id);
            Interlocked.Decrement(ref _frames[frame].Pins);
            _reserved--;
        }
    }

    /// <summary>Makes a frame the cached page and leaves it pinned.</summary>
    public void InstallHeld(int frame, PageId id)
    {
        using (Uninterrupted.Enter(_gate))
        {
            Debug.Assert(_frames[frame].State == FrameState.Held);
            Publish(frame, id);
        }
    }

    /// <summary>Unpins it: it is a cached page as others, or retired meanwhile.</summary>
    public void ReleaseHeld(int frame)
    {
        using (Uninterrupted.Enter(_gate))
        {
            Interlocked.Decrement(ref _frames[frame].Pins);
            _reserved--;
        }
    }

    /// <summary>The same, and stops serving the page.</summary>
    public void DropHeld(int frame, PageId id)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_table.Find(id) == frame) Retire(frame);
            Interlocked.Decrement(ref _frames[frame].Pins);
            _reserved--;
        }
    }

    /// <summary>Gives back a writer's frame.</summary>
    public void Abandon(int frame)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _frames[frame].Pins = 0;
            _reserved--;
            PushHeld(frame);
        }
    }

    /// <summary>Stops serving a page.</summary>
    public void Forget(PageId id)
    {
        using (Uninterrupted.Enter(_gate))
        {
            int present = _table.Find(id);
            if (present >= 0) Retire(present);
        }
    }

    /// <summary>
    /// A commit has replaced the page: its frame is used again before memory that nobody has
    /// touched yet.
    /// </summary>
    public void NoteReplaced(PageId id)
    {
        using (Uninterrupted.Enter(_gate))
        {
            int present = _table.Find(id);
            if (present >= 0) _order.NoteReplaced(present);
        }
    }

    private int Pop()
    {
        if (_free.Count < FreeMin) Replenish();
        else if (_free.IsNextUnused) ReuseTouched();
        if (!_free.TryPop(out int frame)) return -1;
        Debug.Assert(_frames[frame].State == FrameState.Free && !_frames.IsPinned(frame));
        _frames[frame].State = FrameState.Held;
        return frame;
    }

    private void PushHeld(int frame)
    {
        Debug.Assert(_frames[frame].State == FrameState.Held);
        Give(frame);
    }

    /// <summary>Takes a frame that nobody looks at to the free ones, or out of use.</summary>
    private void Give(int frame)
    {
        if (_order.NumberOf(frame) < _limit)
        {
            _frames.MarkFree(frame);
            _free.Push(frame);
            return;
        }

        _frames.Park(frame);
        _parkedCount++;
    }

    private void Unpark(int frame)
    {
        // Others are still in use, and never noticed.
        if (_frames[frame].State != FrameState.Parked) return;
        _parkedCount--;
        Give(frame);
    }

    private void Publish(int frame, PageId id)
    {
        _table.EnsureRoom(id); // All that can fail comes before the first change.
        int stale = _table.Find(id);
        _frames[frame].PageIndex = id.Index;
        _frames[frame].State = FrameState.Cached;
        _order.Add(frame);
        SyncPoints.Reach("cache: before the table shows it");
        _table.Set(id, frame);
        if (stale >= 0) TakeOut(stale);
    }

    private void TakeOut(int frame)
    {
        _order.Remove(frame);
        _retired.Add(frame);
    }

    private void Retire(int frame)
    {
        PageId id = new(_frames[frame].PageIndex);
        Debug.Assert(_table.Find(id) == frame);
        _table.Clear(id);
        TakeOut(frame);
    }

    private void RetireUnpinned(int frame)
    {
        if (_frames[frame].State == FrameState.Cached && !_frames.IsPinned(frame)) Retire(frame);
    }
}
