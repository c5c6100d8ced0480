using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Brings the free list of a commit back from checkpoint, pending log and meta page.
/// </summary>
internal static class FreeListLoader
{
    /// <summary>
    /// Returns null if any part is missing, foreign or damaged, or if the parts contradict each
    /// other; the caller then walks the trees.
    /// </summary>
    public static FreeMap? TryLoad(PageFile file, MetaPage meta)
    {
        FreeMap free = new();
        List<PageId> checkpoint = [];
        uint end = PageCountMax(meta);
        if (!meta.Checkpoint.IsNone)
        {
            List<PageRun>? runs = FreeListCheckpoint.TryRead(
                file, meta, (id, _) => checkpoint.Add(id));
            if (runs is null) return null;
            foreach (PageRun run in runs)
            {
                if (!TryAdd(free, run, end)) return null;
            }
        }

        TransactionId last = meta.Checkpoint.Birth;
        uint? pageCount = null;
        if (meta.PendingBytes > 0)
        {
            byte[]? log = TryReadPending(file, meta);
            if (log is null || !TryApply(free, log, end, ref last, ref pageCount)) return null;
        }

        if (last != meta.LoggedThrough) return null;
        if (!PlantedBugs.ForgetInlineDeltas
            && !TryApply(free, meta.InlineDeltas.Span, end, ref last, ref pageCount))
        {
            return null;
        }

        bool reachesEnd = last == meta.Id || PlantedBugs.ForgetInlineDeltas;
        bool fits = free.NextRun(meta.PageCount, 1).Count == 0;
        // Its own pages are in use as long as it is.
        bool isApart = !checkpoint.Any(id => free.IsFree(id.Index));
        return reachesEnd && fits && isApart ? free : null;
    }

    /// <summary>
    /// The largest file that the log is believed to speak of. It may have been larger than now, but
    /// a number made up must not make the map of it larger than the file deserves.
    /// </summary>
    private static uint PageCountMax(MetaPage meta) =>
        (uint)Math.Min(PageLimits.PageCountMax, (16L * meta.PageCount) + (1 << 20));

    private static byte[]? TryReadPending(PageFile file, MetaPage meta)
    {
        if (!file.Storage.Exists(PendingFile.Suffix)) return null;
        using IStorageFile pending =
            file.Storage.Open(PendingFile.Suffix, StorageOpening.ReadExisting);
        return PendingFile.TryReadLog(pending, meta);
    }

    private static bool TryApply(FreeMap free, ReadOnlySpan<byte> deltas, uint end,
        ref TransactionId last, ref uint? pageCount)
    {
        while (!deltas.IsEmpty)
        {
            FreeListDelta? delta = FreeListDelta.TryRead(ref deltas);
            if (delta is null || delta.Previous != last) return false;
            if (pageCount is uint known && known != delta.PageCountBefore) return false;
            if (Math.Max(delta.PageCountBefore, delta.PageCount) > end) return false;
            if (!TryApply(free, delta)) return false;
            last = delta.Id;
            pageCount = delta.PageCount;
        }

        return true;
    }

    private static bool TryApply(FreeMap free, FreeListDelta delta)
    {
        uint before = delta.PageCountBefore;
        uint most = Math.Max(before, delta.PageCount);
        if (delta.PageCount > before
            && !TryAdd(free, new PageRun(before, delta.PageCount - before), most))
        {
            return false;
        }

        // Freed first: what a transaction frees of one flushed with it may be taken at once.
        foreach (PageRun run in delta.Freed)
        {
            if (!TryAdd(free, run, most)) return false;
        }

        foreach (PageRun run in delta.Taken)
        {
            if (!TryRemove(free, run)) return false;
        }

        return delta.PageCount >= before
            || TryRemove(free, new PageRun(delta.PageCount, before - delta.PageCount));
    }

    private static bool TryAdd(FreeMap free, PageRun run, uint end)
    {
        if (run.Start < MetaPage.SlotCount || run.End > end || !free.IsAllUsed(run)) return false;
        free.Add(run);
        return true;
    }

    private static bool TryRemove(FreeMap free, PageRun run)
    {
        if (!free.IsAllFree(run)) return false;
        free.Remove(run);
        return true;
    }
}
