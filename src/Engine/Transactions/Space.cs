using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Decides where pages go: the free pages, those pending behind readers, those the running
/// transaction has taken, and the growth of the file.
/// </summary>
/// <remarks>
/// A commit's pages go into one run of free pages if there is one, because a thousand scattered
/// pages cost the device 17 times what one run costs. Without a run the file grows, up to one and a
/// half times what is in use; beyond that, free pages are taken in the order of a cursor that goes
/// round the file, which keeps them near each other.
/// </remarks>
internal sealed class Space(
    PageFile file, uint pageCount, FreeMap free, IReadOnlyList<PageRun> checkpointRuns)
{
    /// <summary>
    /// Pages kept for transactions that free at least what they take, so that data can be deleted
    /// on a full device: a delete copies the path before it frees anything.
    /// </summary>
    private const uint ReservePages = 32;

    // Guards everything below: the writer changes it, statistics and verify read it.
    private readonly Lock _gate = new();
    private readonly PendingPages _pending = new();
    private readonly SpaceClaims _finished = new(checkpointRuns);
    private PageSet _taken = new();
    private readonly FileTail _tail = new(file, pageCount, free);
    private readonly PlaceCursor _cursor = new(free);

    // Set by close: what a transaction left open had taken. Its last writes may still be under way
    // on another thread, so the last commit counts these pages as free and writes to others.
    private List<PageRun>? _abandoned;

    public uint PageCount => _tail.PageCount;

    public (long Free, long Pending) Counts
    {
        get { using (Uninterrupted.Enter(_gate)) return (free.FreeCount, _pending.Count); }
    }

    /// <summary>Runs taken by the running transaction so far, normalized.</summary>
    public List<PageRun> TakenRuns()
    {
        using (Uninterrupted.Enter(_gate)) return _taken.ToRuns();
    }

    /// <summary>Takes places for pages, in as few runs as free space allows.</summary>
    /// <param name="count">How many; more than 0.</param>
    /// <param name="freed">Pages given up: decides whether the reserve may be used.</param>
    /// <param name="isEarly">Before the commit: the store may be closed meanwhile.</param>
    public List<PageRun> Place(uint count, long freed, bool isEarly = false)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (isEarly && _abandoned is not null) throw HandleEndedException.OfDatabase();
            _tail.PutBack();
            bool mayUseReserve = freed >= count;
            uint needed = mayUseReserve ? count : count + ReservePages;
            // A file that is mostly free fills from the front, so that its tail can be given back.
            if (free.FreeCount > _tail.PageCount / 2) _cursor.MoveTo(0);

            PageRun run = FindRun(count, needed);
            bool mustGrow = free.FreeCount < needed;
            if (run.Count == 0 && (mustGrow || MayGrowForRun(count, freed)))
            {
                if (_tail.TryGrow(count, needed, mustGrow)) run = _tail.FindRun(count);
            }

            if (run.Count > 0) return [Take(run)];
            return TakeScattered(count);
        }
    }

    /// <summary>Takes one run, for a value that lies in consecutive pages.</summary>
    public PageRun PlaceRun(uint count)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_abandoned is not null) throw HandleEndedException.OfDatabase();
            _tail.PutBack();
            PageRun run = FindRun(count, count + ReservePages);
            if (run.Count == 0)
            {
                _tail.TryGrow(count, count + ReservePages, mustGrow: true);
                run = _tail.FindRun(count);
            }

            return Take(run);
        }
    }

    public void Untake(PageRun run)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_abandoned is not null) return;
            _taken.Remove(run);
            free.Add(run);
        }
    }

    /// <summary>For a planted bug: frees pages before the commit is durable.</summary>
    public void FreeAtOnce(PageRun run)
    {
        using (Uninterrupted.Enter(_gate)) free.Add(run);
    }

    /// <summary>Gives back everything that the running transaction took.</summary>
    public void Rollback()
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_abandoned is not null) return;
            if (!PlantedBugs.LeakOnRollback) _taken.ToRuns().ForEach(free.Add);
            _taken.Clear();
            if (_finished.IsEmpty) _tail.PutBack();
        }
    }

    /// <summary>
    /// From here on only the last commit takes pages; the running transaction has lost its own.
    /// </summary>
    public void Close()
    {
        using (Uninterrupted.Enter(_gate))
        {
            _abandoned = _taken.ToRuns();
            _taken.Clear();
        }
    }

    /// <summary>Pages the file should have: fewer if a long enough tail is free.</summary>
    public uint CutTail(bool all)
    {
        using (Uninterrupted.Enter(_gate))
        {
            // One cut at a time waits to be durable.
            if (_finished.IsEmpty) _tail.GiveBack(all);
            _cursor.MoveBackTo(_tail.PageCount);
            return _tail.PageCount;
        }
    }

    /// <summary>
    /// The running transaction is finished: what it took and freed waits for the flush.
    /// </summary>
    public void Finish(
        TransactionId id, List<PageRun> freed, IReadOnlyList<PageRun> checkpointRuns)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _finished.Add(new SpaceClaim(id, _taken, freed, checkpointRuns));
            _taken = new PageSet();
        }
    }

    /// <summary>
    /// Settles all commits up to a durable one: what they took is in use, what they freed is
    /// pending. Gives the file's tail back if the newest of them cut it.
    /// </summary>
    public void Publish(TransactionId id)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _finished.Settle(id, _pending);
            if (_finished.IsEmpty) _tail.Settle();
        }
    }

    /// <summary>Cuts the file behind its last page, unless a cut is not durable yet.</summary>
    public void TrimFile()
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (_tail.Cut.Count == 0) file.TryTruncate(_tail.PageCount);
        }
    }

    /// <summary>
    /// Frees at once pages that finished transactions wrote and the running one gives up: no
    /// durable commit and no snapshot has seen them. The running one takes their places first.
    /// </summary>
    public void Reclaim(List<(PageRun Run, TransactionId Birth)> pages)
    {
        using (Uninterrupted.Enter(_gate))
        {
            foreach ((PageRun run, TransactionId birth) in pages)
            {
                _finished.TakenBy(birth).Remove(run);
                free.Add(run);
                _cursor.MoveBackTo(run.Start);
            }
        }
    }

    /// <summary>Undoes <see cref="Reclaim"/> when the running transaction is refused.</summary>
    public void UndoReclaim(List<(PageRun Run, TransactionId Birth)> pages)
    {
        using (Uninterrupted.Enter(_gate))
        {
            foreach (PageRun run in _taken.ToRuns()) free.Add(run);
            _taken.Clear();
            foreach ((PageRun run, TransactionId birth) in pages)
            {
                free.Remove(run);
                _finished.TakenBy(birth).Add(run);
            }
        }
    }

    /// <summary>Checks pages that a commit is about to free.</summary>
    public void RefuseDoubleFree(List<PageRun> freed)
    {
        using (Uninterrupted.Enter(_gate)) DoubleFree.Refuse(freed, free, _tail.PageCount);
    }

    /// <summary>
    /// Makes pages reusable that no snapshot from <paramref name="oldest"/> on reaches.
    /// </summary>
    public void Release(TransactionId oldest)
    {
        using (Uninterrupted.Enter(_gate)) _pending.Release(oldest, free);
    }

    /// <summary>
    /// All pages that no tree of the newest finished commit reaches: free and pending.
    /// </summary>
    public FreeMap CopyFreeAndPending()
    {
        using (Uninterrupted.Enter(_gate))
        {
            FreeMap copy = CopyFree();
            foreach (PageRun run in _finished.FreedRuns) copy.Add(run);
            return copy;
        }
    }

    /// <summary>
    /// The pages that no tree of the newest durable commit reaches: free, pending, taken by the
    /// running transaction and by finished ones; and those of its checkpoint.
    /// </summary>
    public (FreeMap Unreached, IReadOnlyList<PageRun> Checkpoint) Capture()
    {
        using (Uninterrupted.Enter(_gate))
        {
            FreeMap copy = CopyFree();
            foreach (PageRun run in _taken.ToRuns()) copy.Add(run);
            foreach (PageRun run in _finished.TakenRuns) copy.Add(run);
            if (_tail.Cut.Count > 0) copy.Add(_tail.Cut);
            return (copy, _finished.CheckpointRuns);
        }
    }

    private PageRun FindRun(uint count, uint needed) => free.FreeCount >= needed
        ? _cursor.FindRun(count, _tail.PageCount)
        : default;

    private FreeMap CopyFree()
    {
        FreeMap copy = free.Copy();
        foreach (PageRun run in _pending.Runs) copy.Add(run);
        _abandoned?.ForEach(copy.Add);
        return copy;
    }

    private List<PageRun> TakeScattered(uint count)
    {
        List<PageRun> runs = [];
        for (uint left = count; left > 0;)
        {
            PageRun run = Take(_cursor.NextRun(left));
            runs.Add(run);
            left -= run.Count;
        }

        PageRun.Normalize(runs);
        return runs;
    }

    private PageRun Take(PageRun run)
    {
        free.Remove(run);
        _taken.Add(run);
        _cursor.MoveTo(run.End);
        return run;
    }

    private bool MayGrowForRun(uint count, long freed)
    {
        long inUse = _tail.PageCount - free.FreeCount - _pending.Count + count - freed;
        long missing = count - Math.Min(count, _tail.FreeCount);
        return _tail.PageCount + missing <= inUse + inUse / 2;
    }
}
