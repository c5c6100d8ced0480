using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The second half of the commit protocol, for all transactions that <see cref="Committer"/> has
/// finished: redo log or meta page, one flush, publish.
/// </summary>
internal sealed class CommitFlush(StoreParts parts)
{
    /// <summary>Lets readers see a commit that is not durable.</summary>
    public void Show(MetaPage commit) => Exclusively(() => parts.Snapshots.Publish(commit));

    /// <summary>
    /// Makes finished commits durable by what they did, with one flush, and then visible. Places
    /// for that have been reserved.
    /// </summary>
    public void MakeDurable(List<FinishedCommit> batch)
    {
        MetaPage newest = batch[^1].Meta;
        try
        {
            SyncPoints.Reach("commit: before the redo log");
            parts.File.ThrowIfFailed();
            parts.Redo.Append(batch);
            if (!PlantedBugs.SkipRedoFlush) parts.File.Flush();
            ThrowIfUnlinked();
        }
        catch (Exception failure) when (failure is not DatabaseFailedException)
        {
            throw parts.File.Fail(failure);
        }

        parts.Snapshots.Secure(newest.Id);
        if (newest.Id > parts.Snapshots.Current.Id) Show(newest);
        parts.Pending.Mark(newest.Id);
    }

    /// <summary>
    /// Makes finished commits durable by their pages, with one flush, or two, and then visible.
    /// </summary>
    /// <param name="newest">The last of them; its pages and those before are no longer changed.
    /// </param>
    /// <param name="isParanoid">Whether somebody asked for two flushes.</param>
    public void MakeDurable(MetaPage newest, bool isParanoid)
    {
        List<PageRun> redo = parts.Redo.Prepare(newest.IsClean);
        MetaPage next = BehindDurable(newest) with
        {
            RedoStart = redo.Count == 0 ? PageId.None : new PageId(redo[0].Start),
            RedoTag = RedoLog.NewTag(),
        };
        if (PlantedBugs.PublishBeforeFlush) Publish(next);
        try
        {
            SyncPoints.Reach("commit: before the meta page");
            parts.Unwritten.Write();
            WriteMeta(next, isParanoid);
        }
        catch (Exception failure) when (failure is not DatabaseFailedException)
        {
            throw parts.File.Fail(failure);
        }

        if (!PlantedBugs.PublishBeforeFlush) Publish(next);
        parts.Redo.StartAfresh(next.Id, next.RedoTag, redo);
        parts.Pending.Mark(next.Id);
        parts.Space.TrimFile();
    }

    /// <summary>
    /// The meta page for commits that are told, with what will be told from here on behind it.
    /// </summary>
    public MetaPage Divide(MetaPage newest) => BehindDurable(newest) with
    {
        RedoStart = parts.Redo.Divide(),
        RedoTag = parts.Redo.Tag,
    };

    /// <summary>Writes the meta page of told commits whose pages are in the file.</summary>
    public void NameTold(MetaPage next)
    {
        WriteMeta(next, isParanoid: false);
        Publish(next);
        parts.Redo.Release();
        parts.Space.TrimFile();
    }

    /// <summary>The commit as the one that follows the last durable one.</summary>
    private MetaPage BehindDurable(MetaPage newest)
    {
        MetaPage durable = parts.Snapshots.Durable;
        return newest with
        {
            PreviousId = PlantedBugs.CheckNewestOnly
                ? new TransactionId(newest.Id.Value - 1)
                : durable.Id,
            Slot = PlantedBugs.AlwaysWriteSlotZero ? 0 : durable.OtherSlot,
        };
    }

    private void WriteMeta(MetaPage next, bool isParanoid)
    {
        // Two flushes when asked: then no meta page can ever precede its data.
        if (isParanoid) parts.File.Flush();

        byte[] page = new byte[parts.File.PageBytes];
        next.Write(page, next.Slot);
        parts.File.Write((uint)next.Slot, page);
        if (!PlantedBugs.SkipCommitFlush) parts.File.Flush();
        ThrowIfUnlinked();
    }

    private void ThrowIfUnlinked()
    {
        if (!parts.File.Main.IsStillLinked())
            throw new IOException("the file was removed, renamed or replaced while it was open");
    }

    private void Publish(MetaPage next)
    {
        if (PlantedRaces.PublishOutsideStructure) PublishUnguarded(next);
        else Exclusively(() => PublishUnguarded(next));
    }

    private void PublishUnguarded(MetaPage next)
    {
        parts.Space.Publish(next.Id);
        SyncPoints.Reach("publish: before the snapshot is shown");
        parts.Snapshots.Settle(next);
        SyncPoints.Reach("publish: done");
    }

    /// <summary>
    /// The commit is finished: an interrupted wait must not keep it from being seen.
    /// </summary>
    private void Exclusively(Action publish)
    {
        SyncPoints.AwaitExclusive(parts.Structure);
        Uninterrupted.Run(parts.Structure.EnterWriteLock);
        try
        {
            publish();
        }
        finally
        {
            Uninterrupted.Run(parts.Structure.ExitWriteLock);
        }
    }
}
