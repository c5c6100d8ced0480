using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Chooses free pages for what is written, and takes them off the free ones. Used under the lock of
/// <see cref="Space"/>.
/// </summary>
/// <remarks>
/// A commit's pages go into one run of free pages if there is one, because a thousand scattered
/// pages cost the device 17 times what one run costs. Without a run the file grows, up to one and a
/// half times what is in use; beyond that, free pages are taken in the order of a cursor that goes
/// round the file, which keeps them near each other.
/// </remarks>
internal sealed class Placement(FreeMap free)
{
    /// <summary>
    /// Pages kept for transactions that free at least what they take, so that data can be deleted
    /// on a full device: a delete copies the path before it frees anything.
    /// </summary>
    private const uint ReservePages = 32;

    private readonly PlaceCursor _cursor = new(free);

    public void MoveBackTo(uint page) => _cursor.MoveBackTo(page);

    /// <summary>Places for pages, in as few runs as free space allows.</summary>
    /// <param name="tail">The file's end, which may grow.</param>
    /// <param name="count">How many; more than 0.</param>
    /// <param name="freed">Pages given up: decides whether the reserve may be used.</param>
    /// <param name="pending">Pages that readers hold.</param>
    /// <param name="scattered">Whether they need not lie together: written later, with others.
    /// </param>
    public List<PageRun> Take(
        FileTail tail, uint count, long freed, long pending, bool scattered)
    {
        uint needed = freed >= count ? count : count + ReservePages;
        // A file that is mostly free fills from the front, so that its tail can be given back.
        if (free.FreeCount > tail.PageCount / 2) _cursor.MoveTo(0);
        bool mustGrow = free.FreeCount < needed;
        if (scattered && !mustGrow) return TakeScattered(count);
        PageRun run = FindRun(tail, count, needed);
        if (run.Count == 0 && (mustGrow || MayGrowForRun(tail, count, freed, pending)))
        {
            if (tail.TryGrow(count, needed, mustGrow)) run = tail.FindRun(count);
        }

        return run.Count == 0 ? TakeScattered(count) : [Take(run)];
    }

    /// <summary>One run, for which the file grows if it must.</summary>
    public PageRun TakeRun(FileTail tail, uint count)
    {
        uint needed = count + ReservePages;
        PageRun run = FindRun(tail, count, needed);
        if (run.Count == 0)
        {
            tail.TryGrow(count, needed, mustGrow: true);
            run = tail.FindRun(count);
        }

        return Take(run);
    }

    private PageRun FindRun(FileTail tail, uint count, uint needed) => free.FreeCount >= needed
        ? _cursor.FindRun(count, tail.PageCount)
        : default;

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
        _cursor.MoveTo(run.End);
        return run;
    }

    private bool MayGrowForRun(FileTail tail, uint count, long freed, long pending)
    {
        long inUse = tail.PageCount - free.FreeCount - pending + count - freed;
        long missing = count - Math.Min(count, tail.FreeCount);
        return tail.PageCount + missing <= inUse + inUse / 2;
    }
}
