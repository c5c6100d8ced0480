using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The first half of the commit protocol, in the writer's turn: place, log, seal, write. A commit
/// that nobody waits for, or that the redo log tells, is only placed and sealed. The second half,
/// for all that are finished meanwhile, is <see cref="CommitFlush"/>.
/// </summary>
internal sealed class Committer(StoreParts parts)
{
    /// <summary>
    /// Commits of more pages than this take places of their own; smaller ones first take those that
    /// they themselves made superfluous. Bounds how long the queue waits for a finish.
    /// </summary>
    public const int ReclaimPagesMax = 256;

    /// <summary>
    /// Most freed pages between two looks for the oldest reader, if the commit's pages stay in
    /// memory: the look is a barrier across all processors, and dear if they are busy.
    /// </summary>
    private const int FreedBetweenLooksMax = 256;

    private long _freedSinceLook;

    // Whether some reader kept pages at the last look: then each commit looks.
    private bool _isHeldBack;

    // Of a small cache, or one that gave memory to others, what waits for the look is a small part.
    private int FreedBetweenLooks => Math.Clamp(parts.Cache.ReservedMax, 16, FreedBetweenLooksMax);

    /// <summary>
    /// Seals a transaction's pages and writes them, or holds them if nobody waits for them. Throws
    /// <see cref="DatabaseFullException"/> before anything is written, and
    /// <see cref="DatabaseFailedException"/> once the outcome is unknown.
    /// </summary>
    /// <param name="previous">The newest finished commit, on which this one builds.</param>
    /// <param name="change">The transaction.</param>
    /// <param name="terms">How it is committed.</param>
    public FinishedCommit Finish(MetaPage previous, PageChange change, in CommitTerms terms)
    {
        parts.File.ThrowIfFailed();
        Release(change, terms);
        parts.Space.RefuseDoubleFree(change.Freed.ToNormalized());
        ReplacedPages replaced =
            change.Freed.Divide(terms.Claimed, terms.Visible);
        List<PageRun> early = parts.Space.TakenRuns();
        parts.Space.Reclaim(replaced.Unseen);
        try
        {
            // Room first: up to the end of this part the commit can be refused, and nothing is
            // lost.
            List<SealOrder.Entry> order = SealOrder.Collect(change.Dirty, change.CatalogRoot);
            List<PageRun> places = order.Count == 0
                ? []
                : change.Wish.Lowest
                    ? parts.Space.PlaceLowest((uint)order.Count)
                    : parts.Space.Place(
                        (uint)order.Count, change.Freed.Count, MayHold(change, terms));
            CheckpointPlan? checkpoint =
                terms.Logs ? PlanLog(previous, change, replaced, terms.IsClose) : null;
            return Write(previous, change, order, places, replaced, checkpoint, terms);
        }
        catch (DatabaseFullException)
        {
            parts.Space.UndoReclaim(replaced.Unseen, early);
            throw;
        }
    }

    /// <summary>A large commit goes to the file at once: held, it would fill the cache.</summary>
    private static bool MayHold(PageChange change, in CommitTerms terms) =>
        terms.Holds && terms.Claimed < change.Id;

    private void Release(PageChange change, in CommitTerms terms)
    {
        _freedSinceLook += change.Freed.Count;
        bool isLate = _freedSinceLook >= FreedBetweenLooks || _isHeldBack;
        if (terms.Holds && !isLate) return;
        _freedSinceLook = 0;
        TransactionId oldest = parts.Snapshots.Oldest();
        // The commit's own transaction keeps back what was published since it began, for so long.
        _isHeldBack = oldest < parts.Snapshots.Current.Id && oldest != change.Pinned;
        SyncPoints.Reach("finish: before pending pages are released");
        parts.Space.Release(oldest);
        // Not beside the queue: a flush may be taking these pages.
        if (terms.Claimed < change.Id) parts.Space.Recycle(oldest).ForEach(parts.Unwritten.Drop);
    }

    private FinishedCommit Write(MetaPage previous, PageChange change,
        List<SealOrder.Entry> order, List<PageRun> places, ReplacedPages replaced,
        CheckpointPlan? checkpoint, in CommitTerms terms)
    {
        try
        {
            foreach ((PageRun run, _) in replaced.Unseen) parts.Unwritten.Drop(run);
            PageSealer sealer = new(parts.File, parts.Cache, change.Dirty, change.Id,
                MayHold(change, terms) ? parts.Unwritten : null);
            PageCounts pages = Count(order, change); // Asked of pages that sealing takes away.
            sealer.WriteAll(order, places);
            if (checkpoint is not null)
            {
                parts.Log.StartAfresh(checkpoint.Write(parts.File, change.Id), checkpoint.Places,
                    parts.Space.PageCount);
            }

            MetaPage next = previous with
            {
                Id = change.Id,
                PageCount = parts.Space.PageCount,
                CatalogRoot = sealer.Resolve(change.CatalogRoot),
                Pages = pages,
                IsClean = terms.IsClose,
            };
            FinishedCommit finished = new(terms.Logs ? parts.Log.Describe(next) : next,
                terms.Durability)
            {
                HasCheckpoint = checkpoint is not null,
                Redo = change.Redo is { IsWhole: true } redo && !terms.Logs ? redo : null,
                PagesWritten = order.Count,
                Unlogged = terms.Logs
                    ? null
                    : (change.Freed.ToNormalized(), parts.Space.TakenRuns()),
            };
            parts.File.Telemetry.PagesWritten(order.Count);
            parts.Space.Finish(
                change.Id, replaced.Durable, replaced.Seen, parts.Log.CheckpointRuns);
            replaced.Durable.ForEach(parts.Cache.NoteReplaced);
            return finished;
        }
        catch (Exception failure) when (failure is not DatabaseFailedException)
        {
            throw parts.File.Fail(failure);
        }
    }

    /// <summary>
    /// Hands the commit's delta to the log, or plans a checkpoint when one is due or the log has no
    /// room. Adds to <paramref name="replaced"/> the pages of the checkpoint that is replaced.
    /// </summary>
    private CheckpointPlan? PlanLog(
        MetaPage previous, PageChange change, ReplacedPages replaced, bool isClose)
    {
        bool isDue = isClose || parts.Log.NeedsCheckpoint || change.Wish.MovesCheckpoint;
        if (!isDue && parts.Log.TryAppendDeferred(previous))
        {
            uint pageCount = parts.Space.CutTail(all: change.Wish.CutsTail);
            List<PageRun> allFreed =
                PlantedBugs.ForgetFreedPages ? [] : change.Freed.ToNormalized();
            uint before = PlantedBugs.ForgetGrowth ? pageCount : previous.PageCount;
            FreeListDelta delta = new(change.Id, parts.Log.Last, before, pageCount,
                allFreed, parts.Space.TakenRuns());
            if (parts.Log.TryAppend(delta)) return null;
        }

        if (!PlantedBugs.ForgetOldCheckpoint)
            replaced.Durable.AddRange(parts.Log.CheckpointRuns);
        PageRun.Normalize(replaced.Durable);
        // On the device what only readers need is free as well.
        List<PageRun> freed =
            [.. replaced.Durable, .. replaced.Seen.Select(static page => page.Run)];
        PageRun.Normalize(freed);
        return CheckpointPlan.Make(parts, freed, change.Wish with
        {
            CutsTail = isClose || change.Wish.CutsTail,
            IsClose = isClose,
        });
    }

    private static PageCounts Count(List<SealOrder.Entry> order, PageChange change)
    {
        PageCounts counts = change.Counts;
        foreach (SealOrder.Entry entry in order)
            counts = counts.With(PageHeader.Kind(change.Dirty[entry.Id].Span), 1);
        return counts;
    }
}
