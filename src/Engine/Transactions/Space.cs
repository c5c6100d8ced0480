using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Decides where pages go: the free pages, those pending behind readers, those the running
/// transaction has taken, and the growth of the file.
/// </summary>
internal sealed partial class Space(
    PageFile file, uint pageCount, FreeMap free, IReadOnlyList<PageRun> checkpointRuns)
{
    // Guards everything below: the writer changes it, statistics and verify read it.
    private readonly Lock _gate = new();
    private readonly PendingPages _pending = new();
    private readonly SpaceClaims _finished = new(checkpointRuns);
    private PageSet _taken = new();
    private readonly FileTail _tail = new(file, pageCount, free);
    private readonly Placement _placement = new(free);

    // Set by close: what a transaction left open had taken. Its last writes may still be under way
    // on another thread, so the last commit counts these pages as free and writes to others.
    private List<PageRun>? _abandoned;

    public uint PageCount => _tail.PageCount;

    public (long Free, long Pending) Counts
    {
        get
        {
            using (Uninterrupted.Enter(_gate))
                return (free.FreeCount + _redo.Count, _pending.Count + _finished.SupersededCount);
        }
    }

    /// <summary>Pages of finished commits that wait to be durable.</summary>
    public long UnflushedCount
    {
        get { using (Uninterrupted.Enter(_gate)) return _finished.TakenCount; }
    }

    /// <summary>Runs taken by the running transaction so far, normalized.</summary>
    public List<PageRun> TakenRuns()
    {
        using (Uninterrupted.Enter(_gate)) return _taken.ToRuns();
    }

    /// <summary>Takes places for pages, in as few runs as free space allows.</summary>
    /// <param name="count">How many; more than 0.</param>
    /// <param name="freed">Pages given up: decides whether the reserve may be used.</param>
    /// <param name="scattered">Whether they need not lie together: written later, with others.
    /// </param>
    public List<PageRun> Place(uint count, long freed, bool scattered = false)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _tail.PutBack();
            return Note(_placement.Take(_tail, count, freed, IdleCount, scattered));
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
    public uint CutTail(bool all, bool isClose = false)
    {
        using (Uninterrupted.Enter(_gate))
        {
            // Nobody takes pages any more, so the log is not written over before the close counts.
            if (isClose) _redo.ToRuns().ForEach(ReturnRedo);
            // One cut at a time waits to be durable.
            if (_finished.IsEmpty) _tail.GiveBack(all);
            _placement.MoveBackTo(_tail.PageCount);
            return _tail.PageCount;
        }
    }

    /// <summary>
    /// The running transaction is finished: what it took and freed waits for the flush, and what it
    /// superseded for readers.
    /// </summary>
    public void Finish(TransactionId id, List<PageRun> freed,
        List<(PageRun Run, TransactionId Birth)> superseded,
        IReadOnlyList<PageRun> checkpointRuns)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _finished.Add(new SpaceClaim(id, _taken, freed, checkpointRuns), superseded);
            _taken = new PageSet();
        }
    }

    /// <summary>A flush counts on finished commits up to this one from here on.</summary>
    public void Claim(TransactionId claimed)
    {
        using (Uninterrupted.Enter(_gate)) _finished.Claim(claimed);
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
                _finished.TakeBack(run, birth);
                FreeFirst(run);
            }
        }
    }

    /// <summary>
    /// Undoes <see cref="Reclaim"/> when the running transaction is refused, and gives back what it
    /// took since.
    /// </summary>
    /// <param name="pages">What was reclaimed.</param>
    /// <param name="early">What it had taken before, and keeps.</param>
    public void UndoReclaim(
        List<(PageRun Run, TransactionId Birth)> pages, List<PageRun> early)
    {
        using (Uninterrupted.Enter(_gate))
        {
            early.ForEach(_taken.Remove);
            foreach (PageRun run in _taken.ToRuns()) free.Add(run);
            _taken.Clear();
            Note(early);
            foreach ((PageRun run, TransactionId birth) in pages)
            {
                free.Remove(run);
                _finished.GiveBack(run, birth);
            }
        }
    }

    /// <summary>
    /// Frees superseded pages that no snapshot from <paramref name="oldest"/> on reaches.
    /// </summary>
    public List<PageRun> Recycle(TransactionId oldest)
    {
        using (Uninterrupted.Enter(_gate))
        {
            List<PageRun> recycled = _finished.Recycle(oldest);
            recycled.ForEach(FreeFirst);
            if (PlantedBugs.ReuseBeforeDurable) _finished.FreeTooEarly(oldest, free);
            return recycled;
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
            foreach (PageRun run in _finished.Unreached()) copy.Add(run);
            return copy;
        }
    }

    /// <summary>
    /// The pages that no tree of the newest snapshot reaches: free, pending, taken by the running
    /// transaction and by finished ones that nobody sees; and those of its checkpoint.
    /// </summary>
    public (FreeMap Unreached, IReadOnlyList<PageRun> Checkpoint) Capture(TransactionId snapshot)
    {
        using (Uninterrupted.Enter(_gate))
        {
            FreeMap copy = CopyFree();
            foreach (PageRun run in _taken.ToRuns()) copy.Add(run);
            foreach (PageRun run in _finished.Unreached(snapshot)) copy.Add(run);
            if (_tail.Cut.Count > 0) copy.Add(_tail.Cut);
            return (copy, _finished.CheckpointRunsOf(snapshot));
        }
    }

    // Whoever is not the close itself: the file may be disposed the moment after.
    private void ThrowIfClosed()
    {
        if (_abandoned is not null) throw HandleEndedException.OfDatabase();
    }

    private FreeMap CopyFree()
    {
        FreeMap copy = free.Copy();
        foreach (PageRun run in _redo.ToRuns()) copy.Add(run);
        foreach (PageRun run in _pending.Runs) copy.Add(run);
        _abandoned?.ForEach(copy.Add);
        return copy;
    }

    private void FreeFirst(PageRun run)
    {
        free.Add(run);
        _placement.MoveBackTo(run.Start);
    }

    private List<PageRun> Note(List<PageRun> taken)
    {
        foreach (PageRun run in taken) _taken.Add(run);
        return taken;
    }
}
