using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <content>What the redo log borrows, and what it keeps from being free.</content>
internal sealed partial class Space
{
    /// <summary>So few are written in a millisecond, and a small file may double by them.</summary>
    private const long OwedPagesMin = 256;

    /// <summary>
    /// Of the pages in use, what may be owed; as much again may be owed to pages on their way.
    /// </summary>
    private const int OwedShare = 5;

    // Free on the device, taken here.
    private readonly PageSet _redo = new();

    /// <summary>
    /// Whether the file's end should be given back, which only a commit that is written can do.
    /// </summary>
    public bool WantsCut
    {
        get { using (Uninterrupted.Enter(_gate)) return _finished.IsEmpty && _tail.IsLong; }
    }

    /// <summary>
    /// Whether finished commits that no flush counts on yet have taken or given up so many pages
    /// that those given up are missed: only a meta page sets them free.
    /// </summary>
    /// <param name="countMax">Taken pages past which it is so at any rate.</param>
    public bool OwesPages(long countMax)
    {
        using (Uninterrupted.Enter(_gate))
        {
            long inUse = _tail.PageCount - free.FreeCount - _pending.Count - _redo.Count;
            long owed = Math.Max(_finished.TakenCount, _finished.FreedCount);
            return _finished.OwedCount
                >= Math.Min(countMax, Math.Max(OwedPagesMin, (inUse - owed) / OwedShare));
        }
    }

    /// <summary>False during a compaction, which wants the low pages and the end of the file.
    /// </summary>
    public bool LendsToRedo
    {
        get { using (Uninterrupted.Enter(_gate)) return _placement.Ceiling == uint.MaxValue; }
    }

    // Not in use, as soon as somebody needs them: what commits gave up, and the redo log.
    private long IdleCount => _pending.Count + _finished.FreedCount + _redo.Count;

    /// <summary>
    /// Lends free pages in one run, the lowest there are, so that the file's end can be given back;
    /// empty if there are none to spare.
    /// </summary>
    /// <param name="wanted">How many; fewer will do, and the file grows if it may.</param>
    public PageRun TakeForRedo(uint wanted)
    {
        using (Uninterrupted.Enter(_gate))
        {
            PageRun run = _placement.TakeForRedo(_tail, wanted, IdleCount);
            if (run.Count > 0) _redo.Add(run);
            return run;
        }
    }

    /// <summary>Takes lent pages back.</summary>
    public void ReleaseRedo(IEnumerable<PageRun> runs)
    {
        using (Uninterrupted.Enter(_gate))
        {
            foreach (PageRun run in runs) ReturnRedo(run);
        }
    }

    /// <summary>
    /// At opening: keeps the log that is about to be done again from being written over. It may
    /// reach beyond the pages that the meta page counts.
    /// </summary>
    public void ReserveRedo(RedoTail tail)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (PlantedBugs.OverwriteRedoLog) return;
            foreach (PageRun run in tail.Pages.ToRuns())
            {
                for (uint page = run.Start; page < run.End; page++)
                {
                    // A file made to mislead may say that it is in use: then it stays so.
                    if (!free.IsFree(page)) continue;
                    free.Remove(new PageRun(page, 1));
                    _redo.Add(new PageRun(page, 1));
                }
            }
        }
    }

    private void ReturnRedo(PageRun run)
    {
        for (uint page = run.Start; page < run.End; page++)
        {
            // The close has taken them back already.
            if (!_redo.Contains(page)) continue;
            _redo.Remove(new PageRun(page, 1));
            free.Add(new PageRun(page, 1));
        }
    }
}
