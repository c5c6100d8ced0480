using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Telemetry;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Decides at open which commit the file holds. After a clean close that is the newest meta page;
/// otherwise the newest whose own pages are all as written, which costs O(last commit).
/// </summary>
internal static class Recovery
{
    public static Recovered Run(IStorage storage, IStorageFile main, StoreOptions options,
        StoreTelemetry telemetry)
    {
        bool hasPending = storage.Exists(PendingFile.Suffix);
        // What the system caches may not be what the device has, after a failed flush. What
        // recovery reads is all that can differ: everything older was flushed before it was
        // acknowledged. The rest stays cached for what comes after.
        if (hasPending) main.DropCache(0, MetaPage.SlotCount * PageLimits.PageBytesMax);
        List<MetaPage> candidates = MetaPages.Read(main, storage.Path);
        PageFile file = new(storage, main, candidates[0].PageBytes, options.ReadOnly)
        {
            Telemetry = telemetry,
            IsReadFromDevice = hasPending,
        };
        bool isClean = candidates[0].IsClean && !hasPending
            && main.Length >= candidates[0].FileBytes;
        if (PlantedBugs.TrustEveryMetaPage) isClean = true;
        MetaPage meta = candidates[0];
        RedoTail redo = isClean ? RedoTail.Find(file, meta) : Choose(file, candidates, options,
            out meta);
        if (!isClean) telemetry.Logger.Recovered(storage.Path, redo.Last.Value);
        if (!options.ReadOnly)
        {
            bool isOtherTorn =
                candidates.Count < MetaPage.SlotCount && !PlantedBugs.KeepTornSlot;
            // Also after a clean close, if the first commit since then was torn: nothing but its
            // meta page tells of it.
            if (!isClean || isOtherTorn)
                Settle(file, meta, redo.Last, isOtherTorn || meta != candidates[0]);
            if (isOtherTorn) telemetry.Logger.MetaPageMended(storage.Path, meta.Id.Value);

            file.TryTruncate(Math.Max(meta.PageCount, redo.PageCount));
        }

        Recovered recovered = LoadFreeList(file, meta, redo);
        file.IsReadFromDevice = false;
        return recovered;
    }

    /// <summary>
    /// The newest commit that is whole, and what the redo log tells behind it. If that does not
    /// reach the last acknowledged commit, something that was durable is damaged.
    /// </summary>
    private static RedoTail Choose(
        PageFile file, List<MetaPage> candidates, StoreOptions options, out MetaPage chosen)
    {
        TransactionId mark = ReadMark(file, candidates[0].DatabaseId);
        (PageId Page, string Problem)? first = null;
        (MetaPage Meta, RedoTail Redo)? fallback = null;
        foreach (MetaPage candidate in candidates)
        {
            if (FindProblem(file, candidate) is { } problem)
            {
                first ??= problem;
                continue;
            }

            RedoTail redo = RedoTail.Find(file, candidate);
            chosen = candidate;
            if (mark <= redo.Last) return redo;
            if (fallback is null || redo.Last > fallback.Value.Redo.Last)
                fallback = (candidate, redo);
            // Or the slot holds an older one again, where a device had lost the write.
            first ??= candidates.Count < MetaPage.SlotCount || candidate.RedoStart.IsNone
                ? (new PageId((uint)candidate.OtherSlot), $"the meta page of commit {mark} is gone")
                : (redo.End, $"the redo log ends at commit {redo.Last}, "
                    + "or a newer meta page is gone");
        }

        // Some candidate has a problem, or falls short of the mark.
        (PageId page, string what) = first!.Value;
        if (fallback is null)
            throw new CorruptPageException(page.Index, $"{what}; no whole commit is left");
        if (!options.RollbackToLastGood)
        {
            throw new CorruptPageException(page.Index,
                $"{what}; it belongs to acknowledged commit {mark}. "
                + $"Open with RollbackToLastGood to go back to commit {fallback.Value.Redo.Last}");
        }

        chosen = fallback.Value.Meta;
        return fallback.Value.Redo;
    }

    private static (PageId Page, string Problem)? FindProblem(PageFile file, MetaPage candidate) =>
        PlantedBugs.SkipRecoveryCheck ? null : CommitCheck.FindProblem(file, candidate);

    /// <summary>Makes the accepted commit durable, and the only one to come back.</summary>
    private static void Settle(
        PageFile file, MetaPage meta, TransactionId last, bool isOtherBad)
    {
        if (!PlantedBugs.SkipRewrite) CommitCheck.Rewrite(file, meta);
        byte[] page = new byte[file.PageBytes];
        int slot = meta.Slot;
        if (isOtherBad && !PlantedBugs.KeepRejectedSlot)
        {
            // Left there, a rejected commit could become whole by the next one's writes; and a torn
            // meta page would look like damage for as long as no other commit comes.
            meta.Write(page, meta.OtherSlot);
            file.Write((uint)meta.OtherSlot, page);
            file.Flush();
        }

        meta.Write(page, slot);
        file.Write((uint)slot, page);
        file.Flush();
        // After going back from a damaged commit its mark would damn the next one, which gets the
        // same number, as soon as a crash tears it.
        if (ReadMark(file, meta.DatabaseId) > last)
        {
            using PendingFile pending = new(file, meta.DatabaseId);
            pending.MarkDurably(last);
        }
    }

    private static Recovered LoadFreeList(PageFile file, MetaPage meta, RedoTail redo)
    {
        FreeMap? free = FreeListLoader.TryLoad(file, meta);
        if (free is null)
        {
            free = FreeListRebuild.Run(file, meta);
            file.Telemetry.Logger.FreeListRebuilt(file.Path, free.FreeCount);
            return new Recovered(file, meta, free, null, redo);
        }

        List<PageRun> checkpoint = [];
        FreeListCheckpoint.TryRead(
            file, meta, (id, _) => checkpoint.Add(new PageRun(id.Index, 1)));
        PageRun.Normalize(checkpoint);
        return new Recovered(file, meta, free, checkpoint, redo);
    }

    private static TransactionId ReadMark(PageFile file, Guid databaseId)
    {
        if (!file.Storage.Exists(PendingFile.Suffix)) return TransactionId.None;
        using IStorageFile pending =
            file.Storage.Open(PendingFile.Suffix, StorageOpening.ReadExisting);
        return PendingFile.ReadMark(pending, databaseId);
    }
}
