using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The clean end: a last commit that carries the free list and gives the file's tail back, then the
/// log beside the file is deleted.
/// </summary>
internal static class StoreClosing
{
    public static void Run(StoreParts parts)
    {
        MetaPage current = parts.Snapshots.Current;
        parts.Space.Close();
        try
        {
            // The names belong to another database if the file was replaced: hands off its log.
            if (parts.Options.ReadOnly || !parts.File.Main.IsStillLinked()) return;
            if (!parts.File.HasFailed && !current.IsClean) Commit(parts, current);
            if (parts.Snapshots.Current.IsClean) parts.Pending.Remove();
        }
        catch (Exception failure) when (failure is IOException or DatabaseException)
        {
            // Every acknowledged commit is durable without this; the next open recovers instead.
        }
        finally
        {
            parts.Pending.Dispose();
        }
    }

    private static void Commit(StoreParts parts, MetaPage current)
    {
        // If the flush below fails, this file is what makes the next open distrust the cached meta
        // page. It is missing when the database was recovered after a power cut and not changed.
        parts.Pending.Mark(current.Id);
        using DirtyPages none = new(parts.Cache);
        PageChange nothing = new(
            current.Id.Next, current.CatalogRoot, none, new FreedPages(current.Id), current.Pages);
        Committer committer = new(parts);
        committer.MakeDurable(committer.Finish(current, nothing, current.Id, isClose: true));
    }
}
