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
        // What the system caches may not be what the device has, after a failed flush.
        if (hasPending) main.DropCache();
        List<MetaPage> candidates = MetaPages.Read(main, storage.Path);
        PageFile file = new(storage, main, candidates[0].PageBytes) { Telemetry = telemetry };
        bool isClean = candidates[0].IsClean && !hasPending
            && main.Length >= candidates[0].FileBytes;
        if (PlantedBugs.TrustEveryMetaPage) isClean = true;
        MetaPage meta = isClean ? candidates[0] : Choose(file, candidates, options);
        if (!isClean) telemetry.Logger.Recovered(storage.Path, meta.Id.Value);
        if (!options.ReadOnly)
        {
            if (!isClean) Settle(file, meta, isOtherBad:
                    meta != candidates[0] || candidates.Count < MetaPage.SlotCount);
            file.TryTruncate(meta.PageCount);
        }

        return LoadFreeList(file, meta);
    }

    private static MetaPage Choose(
        PageFile file, List<MetaPage> candidates, StoreOptions options)
    {
        TransactionId mark = ReadMark(file, candidates[0].DatabaseId);
        (PageId Page, string Problem)? worst = null;
        foreach (MetaPage candidate in candidates)
        {
            // The slot of an acknowledged commit is gone: not torn, since its flush had returned.
            // Or it holds an older one again, where a device had lost the write.
            bool lostNewer = mark > candidates[0].Id;
            (PageId Page, string Problem)? problem = lostNewer
                ? (new PageId((uint)candidate.OtherSlot), $"the meta page of commit {mark} is gone")
                : PlantedBugs.SkipRecoveryCheck ? null : CommitCheck.FindProblem(file, candidate);
            if (problem is null) return candidate;

            bool wasAcknowledged = lostNewer || mark == candidate.Id;
            if (wasAcknowledged && !options.RollbackToLastGood)
            {
                throw new CorruptPageException(problem.Value.Page.Index,
                    $"{problem.Value.Problem}; it belongs to acknowledged commit {mark}. "
                    + "Open with RollbackToLastGood to go back one commit");
            }

            if (lostNewer && CommitCheck.FindProblem(file, candidate) is null) return candidate;
            worst ??= problem;
        }

        throw new CorruptPageException(worst!.Value.Page.Index,
            $"{worst.Value.Problem}; no whole commit is left");
    }

    /// <summary>Makes the accepted commit durable, and the only one to come back.</summary>
    private static void Settle(PageFile file, MetaPage meta, bool isOtherBad)
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
        if (ReadMark(file, meta.DatabaseId) > meta.Id)
        {
            using PendingFile pending = new(file, meta.DatabaseId);
            pending.MarkDurably(meta.Id);
        }
    }

    private static Recovered LoadFreeList(PageFile file, MetaPage meta)
    {
        FreeMap? free = FreeListLoader.TryLoad(file, meta);
        if (free is null)
        {
            free = FreeListRebuild.Run(file, meta);
            file.Telemetry.Logger.FreeListRebuilt(file.Path, free.FreeCount);
            return new Recovered(file, meta, free, null);
        }

        List<PageRun> checkpoint = [];
        FreeListCheckpoint.TryRead(
            file, meta, (id, _) => checkpoint.Add(new PageRun(id.Index, 1)));
        PageRun.Normalize(checkpoint);
        return new Recovered(file, meta, free, checkpoint);
    }

    private static TransactionId ReadMark(PageFile file, Guid databaseId)
    {
        if (!file.Storage.Exists(PendingFile.Suffix)) return TransactionId.None;
        using IStorageFile pending =
            file.Storage.Open(PendingFile.Suffix, StorageOpening.ReadExisting);
        return PendingFile.ReadMark(pending, databaseId);
    }
}
