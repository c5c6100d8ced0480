using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>Which commit of a damaged file to bring over, and what its free list says.</summary>
/// <param name="File">The file, only read.</param>
/// <param name="Meta">The commit; made up, with no trees, if no meta page is intact.</param>
/// <param name="IsMetaFound">False if it is made up.</param>
/// <param name="IsOlderCommit">Whether a newer one is known to have been there.</param>
/// <param name="Free">Its free pages; null if that is not known.</param>
/// <param name="Redo">What the redo log tells behind it.</param>
/// <param name="RedoLoss">Told if that does not reach the last acknowledged commit.</param>
internal sealed record DamagedFile(PageFile File, MetaPage Meta, bool IsMetaFound,
    bool IsOlderCommit, FreeMap? Free, RedoTail Redo, SalvageLoss? RedoLoss)
{
    public static DamagedFile Read(IStorage storage, IStorageFile main)
    {
        List<MetaPage> metas;
        try
        {
            metas = MetaPages.Read(main, storage.Path);
        }
        catch (DatabaseException failure) when (
            failure is CorruptPageException or UnsupportedFormatException)
        {
            if (WithoutMeta(storage, main) is { } pages) return pages;
            throw;
        }

        PageFile file = new(storage, main, metas[0].PageBytes);
        TransactionId mark = ReadMark(storage, metas[0].DatabaseId);
        MetaPage meta = metas[0];
        RedoTail redo = RedoTail.Find(file, meta);
        // A last commit that was torn by a crash, and never acknowledged, is none; nor is it needed
        // where the redo log behind the one before tells the same.
        if (metas.Count > 1 && !meta.IsClean
            && CommitCheck.FindProblem(file, meta) is not null
            && CommitCheck.FindProblem(file, metas[1]) is null)
        {
            RedoTail former = RedoTail.Find(file, metas[1]);
            if (mark < meta.Id || mark <= former.Last) (meta, redo) = (metas[1], former);
        }

        // The other meta page is damaged: it may have been the newer one. After a clean close both
        // say the same of the trees.
        bool isOlder = mark > redo.Last || (metas.Count == 1 && !meta.IsClean && mark != redo.Last);
        SalvageLoss? redoLoss = mark > redo.Last && metas.Count > 1 && !meta.RedoStart.IsNone
            ? SalvageRedo.Unknown(redo.End, $"the redo log ends at commit {redo.Last}; "
                + $"commit {mark} was acknowledged")
            : null;
        if (main.Length < meta.FileBytes)
        {
            meta = meta with
            {
                PageCount = (uint)Math.Max(
                MetaPage.SlotCount, main.Length / meta.PageBytes)
            };
        }

        return new DamagedFile(file, meta, true, isOlder, FreeListLoader.TryLoad(file, meta), redo,
            redoLoss);
    }

    /// <summary>With pages of the size that most of them are intact in; null if none is.</summary>
    private static DamagedFile? WithoutMeta(IStorage storage, IStorageFile main)
    {
        int pageBytes = IntactPages.FindPageBytes(main);
        if (pageBytes == 0) return null;
        MetaPage none = new()
        {
            DatabaseId = Guid.Empty,
            PageBytes = pageBytes,
            Id = new TransactionId(ulong.MaxValue - 1),
            PreviousId = TransactionId.None,
            PageCount = PageLimits.PageCountOf(main.Length, pageBytes),
            CatalogRoot = PageReference.None,
            Checkpoint = PageReference.None,
            LoggedThrough = TransactionId.None,
            PendingBytes = 0,
            PendingCrc = 0,
            InlineDeltas = default,
            Pages = default,
        };
        return new DamagedFile(new PageFile(storage, main, pageBytes), none, false,
            IsOlderCommit: false, null, new RedoTail(none.Id, new PageSet(), PageId.None), null);
    }

    private static TransactionId ReadMark(IStorage storage, Guid databaseId)
    {
        if (!storage.Exists(PendingFile.Suffix)) return TransactionId.None;
        using IStorageFile pending =
            storage.Open(PendingFile.Suffix, StorageOpening.ReadExisting);
        return PendingFile.ReadMark(pending, databaseId);
    }
}
