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

    /// <summary>Shorter runs make the redo log's flushes slow.</summary>
    private const uint RedoRunMin = 8;

    private readonly PlaceCursor _cursor = new(free);

    /// <summary>
    /// Pages from here on are being emptied: they are taken only when those below do not suffice.
    /// </summary>
    public uint Ceiling { get; set; } = uint.MaxValue;

    public void MoveBackTo(uint page) => _cursor.MoveBackTo(page);

    /// <summary>Places for pages, in as few runs as free space allows.</summary>
    /// <param name="tail">The file's end, which may grow.</param>
    /// <param name="count">How many; more than 0.</param>
    /// <param name="freed">Pages given up: decides whether the reserve may be used.</param>
    /// <param name="idle">Pages that are not free yet, and not in use for long.</param>
    /// <param name="scattered">Whether they need not lie together: written later, with others.
    /// </param>
    public List<PageRun> Take(
        FileTail tail, uint count, long freed, long idle, bool scattered)
    {
        uint needed = freed >= count ? count : count + ReservePages;
        if (TakeBelowCeiling(tail, count, needed) is { } below) return below;

        // A file that is mostly free fills from the front, so that its tail can be given back.
        if (free.FreeCount > tail.PageCount / 2) _cursor.MoveTo(0);
        bool mustGrow = free.FreeCount < needed;
        if (scattered && !mustGrow) return TakeScattered(count, _cursor);
        PageRun run = FindRun(tail, count, needed);
        long most = PageCountMax(tail, count, freed, idle);
        if (run.Count == 0 && (mustGrow || tail.PageCount + Missing(tail, count) <= most))
        {
            if (tail.TryGrow(count, needed, mustGrow, most)) run = tail.FindRun(count);
        }

        return run.Count == 0 ? TakeScattered(count, _cursor) : [Take(run, _cursor)];
    }

    /// <summary>One run, for which the file grows if it must.</summary>
    public PageRun TakeRun(FileTail tail, uint count)
    {
        uint needed = count + ReservePages;
        PageRun run = FindRun(tail, count, needed);
        if (run.Count == 0)
        {
            tail.TryGrow(count, needed, mustGrow: true, uint.MaxValue);
            run = tail.FindRun(count);
        }

        return Take(run, _cursor);
    }

    /// <summary>The lowest run that ends before a page; empty if there is none.</summary>
    public PageRun TryTakeRunBelow(uint count, uint end)
    {
        PageRun run = end < count ? default : free.FindRun(0, end - count + 1, count);
        if (run.Count > 0) free.Remove(run);
        return run;
    }

    /// <summary>The lowest free pages; the file grows if they do not suffice.</summary>
    public List<PageRun> TakeLowest(FileTail tail, uint count)
    {
        if (free.FreeCount < count) tail.TryGrow(count, count, mustGrow: true, 0);
        return TakeScattered(count, new PlaceCursor(free));
    }

    /// <summary>
    /// The lowest run for the redo log, a shorter one if need be; or none. The file grows for it
    /// rather than that the log falls to pieces, but no further than for others.
    /// </summary>
    public PageRun TakeForRedo(FileTail tail, uint wanted, long idle)
    {
        if (Ceiling < uint.MaxValue) return default;
        PageRun run = FindLowest(tail, wanted, RedoRunMin);
        bool mayGrow = tail.Cut.Count == 0
            && tail.PageCount + wanted <= PageCountMax(tail, 0, 0, idle);
        if (run.Count == 0 && mayGrow && tail.TryGrowBy(wanted)) run = tail.FindRun(wanted);
        if (run.Count == 0) run = FindLowest(tail, RedoRunMin / 2, 1);
        if (run.Count > 0) free.Remove(run);
        return run;
    }

    private PageRun FindLowest(FileTail tail, uint wanted, uint least)
    {
        PageRun run = default;
        for (uint count = wanted; run.Count == 0 && count >= least; count /= 2)
            run = TryFindLowest(tail, count);
        return run;
    }

    private PageRun TryFindLowest(FileTail tail, uint count) =>
        free.FreeCount >= count + ReservePages ? free.FindRun(0, tail.PageCount, count) : default;

    private List<PageRun>? TakeBelowCeiling(FileTail tail, uint count, uint needed)
    {
        if (Ceiling >= tail.PageCount) return null;
        if (free.CountFree(new PageRun(0, Ceiling)) < needed) return null;
        _cursor.MoveBackTo(Ceiling);
        PageRun run = _cursor.FindRun(count, Ceiling);
        bool isBelow = run.Count > 0 && run.End <= Ceiling;
        return isBelow ? [Take(run, _cursor)] : TakeScattered(count, new PlaceCursor(free));
    }

    private PageRun FindRun(FileTail tail, uint count, uint needed) => free.FreeCount >= needed
        ? _cursor.FindRun(count, tail.PageCount)
        : default;

    private List<PageRun> TakeScattered(uint count, PlaceCursor cursor)
    {
        List<PageRun> runs = [];
        for (uint left = count; left > 0;)
        {
            PageRun run = Take(cursor.NextRun(left), cursor);
            runs.Add(run);
            left -= run.Count;
        }

        PageRun.Normalize(runs);
        return runs;
    }

    private PageRun Take(PageRun run, PlaceCursor cursor)
    {
        free.Remove(run);
        cursor.MoveTo(run.End);
        return run;
    }

    private static long Missing(FileTail tail, uint count) =>
        count - Math.Min(count, tail.FreeCount);

    /// <summary>One and a half times what will be in use.</summary>
    private long PageCountMax(FileTail tail, uint count, long freed, long idle)
    {
        long inUse = tail.PageCount - free.FreeCount - idle + count - freed;
        return inUse + inUse / 2;
    }
}
