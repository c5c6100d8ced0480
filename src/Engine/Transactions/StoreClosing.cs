using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The clean end: a last commit that carries the free list and gives the file's tail back, then the
/// log beside the file is deleted.
/// </summary>
internal static class StoreClosing
{
    /// <summary>The number after it, a meta page may not have.</summary>
    private static readonly TransactionId LastId = new(ulong.MaxValue - 1);

    /// <summary>Returns what failed, or null.</summary>
    public static Exception? Run(StoreParts parts)
    {
        Exception? failed = null;
        MetaPage current = parts.Snapshots.Current;
        parts.Space.Close();
        try
        {
            // The names belong to another database if the file was replaced: hands off its log.
            if (parts.Options.ReadOnly || !parts.File.Main.IsStillLinked()) return null;
            if (!parts.File.HasFailed && !current.IsClean && current.Id < LastId)
                Commit(parts, current);
            if (parts.Snapshots.Current.IsClean) parts.Pending.Remove();
        }
        catch (Exception failure) when (failure is IOException or DatabaseException)
        {
            // What was waited for is durable without this; the next open recovers instead.
            failed = failure;
        }
        finally
        {
            parts.Pending.Dispose();
        }

        return failed;
    }

    /// <summary>
    /// Refuses a transaction that would leave no number for the commit of the close. No honest
    /// file gets there.
    /// </summary>
    public static void KeepIdForClose(TransactionId newest, string path)
    {
        if (newest.Next >= LastId)
            throw new DatabaseFullException(path, "no number is left for a transaction");
    }

    /// <summary>
    /// Puts the last commit into both slots: the one before counts on a tail that the file no
    /// longer has, so that damage to one meta page of a closed file would be the end of it.
    /// </summary>
    private static void WriteTwice(StoreParts parts)
    {
        MetaPage last = parts.Snapshots.Durable;
        byte[] page = new byte[last.PageBytes];
        last.Write(page, last.OtherSlot);
        parts.File.Write((uint)last.OtherSlot, page);
        parts.File.Flush();
    }

    private static void Commit(StoreParts parts, MetaPage current)
    {
        // If the flush below fails, this file is what makes the next open distrust the cached meta
        // page. It is missing when the database was recovered after a power cut and not changed.
        parts.Pending.Mark(parts.Snapshots.Safe);
        using DirtyPages none = new(parts.Cache);
        PageChange nothing = new(
            current.Id.Next, current.CatalogRoot, none, new FreedPages(current.Id), current.Pages);
        FinishedCommit last = new Committer(parts).Finish(current, nothing,
            new CommitTerms(current.Id, parts.Options.Durability, IsClose: true)
            {
                Visible = current.Id,
            });
        // Only if they found no room before is anything left to take.
        parts.Unwritten.TakeUpTo(current.Id);
        new CommitFlush(parts).MakeDurable(
            last.Meta, parts.Options.Durability == Durability.Paranoid);
        WriteTwice(parts);
    }
}
