using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The commit protocol in two halves. Finish, in the writer's turn: place, log, seal, write. Then,
/// for all transactions finished meanwhile: meta page, one flush, publish.
/// </summary>
internal sealed class Committer(StoreParts parts)
{
    /// <summary>
    /// Commits of more pages than this take places of their own; smaller ones first take those that
    /// they themselves made superfluous. Bounds how long the queue waits for a finish.
    /// </summary>
    public const int ReclaimPagesMax = 256;

    /// <summary>
    /// Writes a transaction's pages. Throws <see cref="DatabaseFullException"/> before anything is
    /// written, and <see cref="DatabaseFailedException"/> once the outcome is unknown.
    /// </summary>
    /// <param name="previous">The newest finished commit, on which this one builds.</param>
    /// <param name="change">The transaction.</param>
    /// <param name="claimed">
    /// The newest commit that a flush under way or done counts on: younger pages that the
    /// transaction gives up may be written over.
    /// </param>
    /// <param name="isClose">True for the last commit of a clean close.</param>
    public FinishedCommit Finish(
        MetaPage previous, PageChange change, TransactionId claimed, bool isClose = false)
    {
        parts.File.ThrowIfFailed();
        TransactionId oldest = parts.Snapshots.Oldest();
        SyncPoints.Reach("finish: before pending pages are released");
        parts.Space.Release(oldest);
        parts.Space.RefuseDoubleFree(change.Freed.ToNormalized());
        (List<(PageRun Run, TransactionId Birth)> younger, List<PageRun> freed) =
            change.Freed.Divide(claimed);
        parts.Space.Reclaim(younger);
        try
        {
            // Room first: up to the end of this part the commit can be refused, and nothing is
            // lost.
            List<SealOrder.Entry> order = SealOrder.Collect(change.Dirty, change.CatalogRoot);
            List<PageRun> places = order.Count == 0
                ? []
                : change.Wish.Lowest
                    ? parts.Space.PlaceLowest((uint)order.Count)
                    : parts.Space.Place((uint)order.Count, change.Freed.Count);
            CheckpointPlan? checkpoint = PlanLog(previous, change, freed, isClose);
            return Write(previous, change, order, places, freed, checkpoint, isClose);
        }
        catch (DatabaseFullException)
        {
            parts.Space.UndoReclaim(younger);
            throw;
        }
    }

    /// <summary>Makes finished commits durable with one flush, then visible.</summary>
    /// <returns>The meta page as written.</returns>
    public MetaPage MakeDurable(FinishedCommit newest)
    {
        MetaPage durable = parts.Snapshots.Current;
        MetaPage next = newest.Meta with
        {
            PreviousId = durable.Id,
            Slot = PlantedBugs.AlwaysWriteSlotZero ? 0 : durable.OtherSlot,
        };
        if (PlantedBugs.PublishBeforeFlush) Publish(next);
        try
        {
            SyncPoints.Reach("commit: before the meta page");
            WriteMeta(next);
        }
        catch (Exception failure) when (failure is not DatabaseFailedException)
        {
            throw parts.File.Fail(failure);
        }

        if (!PlantedBugs.PublishBeforeFlush) Publish(next);
        parts.Pending.Mark(next.Id);
        parts.Space.TrimFile();
        return next;
    }

    private FinishedCommit Write(MetaPage previous, PageChange change,
        List<SealOrder.Entry> order, List<PageRun> places, List<PageRun> freed,
        CheckpointPlan? checkpoint, bool isClose)
    {
        try
        {
            PageSealer sealer = new(parts.File, parts.Cache, change.Dirty, change.Id);
            sealer.WriteAll(order, places);
            if (checkpoint is not null)
            {
                parts.Log.StartAfresh(
                    checkpoint.Write(parts.File, change.Id), checkpoint.Places);
            }

            MetaPage next = previous with
            {
                Id = change.Id,
                PageCount = parts.Space.PageCount,
                CatalogRoot = sealer.Resolve(change.CatalogRoot),
                Checkpoint = parts.Log.Checkpoint,
                LoggedThrough = parts.Log.LoggedThrough,
                PendingBytes = parts.Log.PendingBytes,
                PendingCrc = parts.Log.PendingCrc,
                InlineDeltas = parts.Log.InlineDeltas,
                Pages = Count(order, change),
                IsClean = isClose,
            };
            parts.File.Telemetry.PagesWritten(order.Count);
            parts.Space.Finish(change.Id, freed, parts.Log.CheckpointRuns);
            return new FinishedCommit(next, checkpoint is not null);
        }
        catch (Exception failure) when (failure is not DatabaseFailedException)
        {
            throw parts.File.Fail(failure);
        }
    }

    /// <summary>
    /// Hands the commit's delta to the log, or plans a checkpoint when one is due or the log has no
    /// room. Adds to <paramref name="freed"/> the pages of the checkpoint that is replaced.
    /// </summary>
    private CheckpointPlan? PlanLog(
        MetaPage previous, PageChange change, List<PageRun> freed, bool isClose)
    {
        bool isDue = isClose || parts.Log.NeedsCheckpoint || change.Wish.MovesCheckpoint;
        if (!isDue)
        {
            uint pageCount = parts.Space.CutTail(all: change.Wish.CutsTail);
            List<PageRun> allFreed =
                PlantedBugs.ForgetFreedPages ? [] : change.Freed.ToNormalized();
            uint before = PlantedBugs.ForgetGrowth ? pageCount : previous.PageCount;
            FreeListDelta delta = new(change.Id, parts.Log.Last, before, pageCount,
                allFreed, parts.Space.TakenRuns());
            if (parts.Log.TryAppend(delta)) return null;
        }

        if (!PlantedBugs.ForgetOldCheckpoint) freed.AddRange(parts.Log.CheckpointRuns);
        PageRun.Normalize(freed);
        return CheckpointPlan.Make(parts, freed, change.Wish with
        {
            CutsTail = isClose || change.Wish.CutsTail,
        });
    }

    private void WriteMeta(MetaPage next)
    {
        // Two flushes when asked: then no meta page can ever precede its data.
        if (parts.Options.Durability == Durability.Paranoid) parts.File.Flush();

        byte[] page = new byte[parts.File.PageBytes];
        next.Write(page, next.Slot);
        parts.File.Write((uint)next.Slot, page);
        if (!PlantedBugs.SkipCommitFlush) parts.File.Flush();
        if (!parts.File.Main.IsStillLinked())
            throw new IOException("the file was removed, renamed or replaced while it was open");
    }

    private void Publish(MetaPage next)
    {
        // The commit is durable: an interrupted wait must not keep it from being seen.
        if (PlantedRaces.PublishOutsideStructure)
        {
            PublishUnguarded(next);
            return;
        }

        SyncPoints.AwaitExclusive(parts.Structure);
        Uninterrupted.Run(parts.Structure.EnterWriteLock);
        try
        {
            PublishUnguarded(next);
        }
        finally
        {
            Uninterrupted.Run(parts.Structure.ExitWriteLock);
        }
    }

    private void PublishUnguarded(MetaPage next)
    {
        parts.Space.Publish(next.Id);
        SyncPoints.Reach("publish: before the snapshot is shown");
        parts.Snapshots.Publish(next);
        SyncPoints.Reach("publish: done");
    }

    private static PageCounts Count(List<SealOrder.Entry> order, PageChange change)
    {
        PageCounts counts = change.Counts;
        foreach (SealOrder.Entry entry in order)
            counts = counts.With(PageHeader.Kind(change.Dirty[entry.Id].Span), 1);
        return counts;
    }
}
