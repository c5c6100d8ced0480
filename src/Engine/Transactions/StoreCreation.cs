using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Makes a new, empty file. It is written under another name and renamed when it is whole and
/// durable, so that a file under its own name is never half made.
/// </summary>
internal static class StoreCreation
{
    /// <summary>
    /// Behind the name of a file that is being made, by whomever: its lock keeps others away.
    /// </summary>
    public const string Suffix = ".new";

    /// <summary>256 KiB: room for the first commits of a small database.</summary>
    private const int FirstBytes = 256 << 10;

    /// <summary>
    /// Returns false if somebody else is making the file, whom <paramref name="owner"/> names if
    /// the system does, or has just made it.
    /// </summary>
    public static bool TryCreate(IStorage storage, int pageBytes, out int? owner)
    {
        owner = null;
        using IStorageFile file = storage.Open(Suffix, StorageOpening.WriteOrCreate);
        if (!file.TryLock(exclusive: true))
        {
            owner = file.FindLockOwner();
            return false;
        }

        if (storage.Exists(""))
        {
            if (file.IsStillLinked()) storage.Delete(Suffix);
            return false;
        }

        uint pageCount = (uint)Math.Max(FirstBytes / pageBytes, 8);
        file.Truncate(0);
        file.Grow((long)pageCount * pageBytes);
        MetaPage meta = FirstCommit(pageBytes, pageCount);
        byte[] page = new byte[pageBytes];
        for (int slot = 0; slot < MetaPage.SlotCount; slot++)
        {
            meta.Write(page, slot);
            file.Write((long)slot * pageBytes, page);
        }

        file.Flush();
        storage.Rename(Suffix, "");
        if (!PlantedBugs.SkipDirectoryFlush) storage.FlushDirectory();
        return true;
    }

    private static MetaPage FirstCommit(int pageBytes, uint pageCount)
    {
        TransactionId first = TransactionId.None.Next;
        Guid databaseId = Guid.NewGuid();
        List<byte> deltas = [];
        new FreeListDelta(first, TransactionId.None, MetaPage.SlotCount, pageCount, [], [])
            .AppendTo(deltas);
        return new MetaPage
        {
            DatabaseId = databaseId,
            PageBytes = pageBytes,
            Id = first,
            PreviousId = TransactionId.None,
            PageCount = pageCount,
            CatalogRoot = PageReference.None,
            Checkpoint = PageReference.None,
            LoggedThrough = TransactionId.None,
            PendingBytes = 0,
            PendingCrc = PendingFile.SeedCrc(databaseId, PageReference.None),
            InlineDeltas = deltas.ToArray(),
            Pages = default,
            IsClean = true,
        };
    }
}
