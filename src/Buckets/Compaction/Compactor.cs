using KvCow.Engine;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>Makes the file shorter in short write transactions, one compaction at a time.</summary>
internal sealed class Compactor(Store store)
{
    /// <summary>
    /// Bytes that a step writes: some milliseconds, for which other writers may have to wait.
    /// </summary>
    private const int StepBytes = 1 << 20;

    /// <summary>How often a compaction looks whether readers have ended.</summary>
    private const int WaitMilliseconds = 5;

    // Who waits for it when the database is disposed has his turn, and then sees that it is.
    private readonly WriterTurn _turn = new(store.Options.TimeProvider);

    // What a call left unfinished. Used by whoever has the turn.
    private CompactionPass? _pass;

    /// <summary>Compacts until all is done or the budget is spent.</summary>
    public CompactionResult Run(
        long bytesBudget, IProgress<CompactionProgress>? progress, CancellationToken ct)
    {
        _turn.Enter(Timeout.InfiniteTimeSpan, ct);
        try
        {
            long before = store.SpaceNow.PageCount;
            long pages = 0;
            long pagesBudget = (bytesBudget - 1) / store.PageBytes + 1;
            CompactionEnd end = Run(ref pages, pagesBudget, progress, ct);
            return new CompactionResult
            {
                End = end,
                BytesMoved = pages * store.PageBytes,
                FileBytesBefore = before * store.PageBytes,
                FileBytesAfter = (long)store.SpaceNow.PageCount * store.PageBytes,
            };
        }
        finally
        {
            store.EndCompaction();
            _turn.Leave();
        }
    }

    private CompactionEnd Run(ref long pagesMoved, long pagesBudget,
        IProgress<CompactionProgress>? progress, CancellationToken ct)
    {
        uint pageCountMax = (uint)Math.Min(
            uint.MaxValue, store.SpaceNow.PageCount + 2L * PagesPerStep);
        int waits = 0;
        double waitsMax = store.Options.CompactionPatience.TotalMilliseconds / WaitMilliseconds;
        CompactionPass pass = _pass ??= Begin(0);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            long budget = pagesBudget - pagesMoved;
            if (budget <= 0)
            {
                GiveTailBack(ct);
                return CompactionEnd.BudgetSpent;
            }

            CompactionEnd? end = Step(pass, budget, pageCountMax, ref pagesMoved, ct);
            if (end is CompactionEnd.HeldByReaders && waits++ < waitsMax)
            {
                WaitForReaders(ct);
                continue;
            }

            waits = 0;
            if (end is CompactionEnd.Done)
            {
                GiveTailBack(ct);
                end = EndOf(pass);
                if (end is null) _pass = pass = Begin(pass.Number + 1);
            }

            SpaceFigures space = store.SpaceNow;
            progress?.Report(new CompactionProgress(
                end is null ? pass.Fraction : 1, pagesMoved * store.PageBytes,
                (long)space.PageCount * store.PageBytes, space.Live * store.PageBytes));
            if (end is null) continue;
            _pass = null;
            return end.Value;
        }
    }

    private void WaitForReaders(CancellationToken ct)
    {
        Task delay = Task.Delay(
            TimeSpan.FromMilliseconds(WaitMilliseconds), store.Options.TimeProvider, ct);
        SyncPoints.AwaitOrCancel(delay, ct);
        delay.GetAwaiter().GetResult();
    }

    private CompactionPass Begin(int number)
    {
        StoreStatistics figures = store.GetStatistics();
        long looks = figures.BranchPages
            + (number == 0 ? 3 * figures.LeafPages
                : figures.OverflowPages > 0 ? figures.LeafPages : 0);
        return new CompactionPass(number, store.SpaceNow, looks);
    }

    /// <summary>No bucket takes less of a page than its record.</summary>
    private long BucketsMax =>
        (long)store.SpaceNow.PageCount * (store.PageBytes / BucketRecord.Size);

    /// <summary>Changed pages stay in memory until the step is committed: a part of it.</summary>
    private int PagesPerStep => Math.Max(
        16, Math.Min(StepBytes / store.PageBytes, store.DirtyPagesMax / 4));

    /// <summary>One transaction; null if the pass goes on.</summary>
    private CompactionEnd? Step(CompactionPass pass, long budget, uint pageCountMax,
        ref long pagesMoved, CancellationToken ct)
    {
        using WriteTransaction tx = new(store.BeginWrite(ct));
        CompactionStep step = tx.Engine.BeginCompaction(new CompactionAim(
            pass.Target,
            (int)Math.Clamp(budget, 16, PagesPerStep),
            Packs: pass.Number == 0,
            MovesExtents: store.GetStatistics().OverflowPages > 0,
            pageCountMax));
        if (!step.HasRoom) return WithoutRoom();

        bool isEnd = pass.Sweep.GoOn(tx.Top, step, BucketsMax);
        long moved = step.PagesMoved;
        pass.PagesLookedAt += step.PagesLookedAt;
        try
        {
            if (moved > 0) tx.Commit(Durability.Full);
        }
        catch (DatabaseFullException)
        {
            // What the step moved is where it was. The next call begins with a new pass.
            return CompactionEnd.NoRoom;
        }

        pass.PagesMoved += moved;
        pagesMoved += moved;
        return isEnd ? CompactionEnd.Done : null;
    }

    private CompactionEnd WithoutRoom()
    {
        SpaceFigures space = store.SpaceNow;
        if (CompactionPass.IsShort(space)) return CompactionEnd.Done;
        return space.Pending > space.PageCount / 64
            ? CompactionEnd.HeldByReaders
            : CompactionEnd.NoRoom;
    }

    /// <summary>After a whole pass: null if another one is needed.</summary>
    private CompactionEnd? EndOf(CompactionPass pass)
    {
        if (CompactionPass.IsShort(store.SpaceNow)) return CompactionEnd.Done;
        bool goesOn = pass.Number == 0
            || (pass.PagesMoved > 0 && pass.Number < CompactionPass.PassesMax);
        return goesOn ? null : WithoutRoom();
    }

    /// <summary>
    /// Commits without a change: each makes free what readers have let go, and cuts what is free at
    /// the end, moving the free list's own pages out of the way first.
    /// </summary>
    private void GiveTailBack(CancellationToken ct)
    {
        const int CommitsMax = 4;
        for (int i = 0; i < CommitsMax; i++)
        {
            SpaceFigures space = store.SpaceNow;
            if (i > 0 && CompactionPass.IsShort(space)) return;
            using PageTransaction transaction = store.BeginWrite(ct);
            bool isHigh = space.CheckpointEnd > space.Live + 16;
            transaction.Wish = new SpaceWish(
                Lowest: true, CutsTail: true, MovesCheckpoint: isHigh);
            try
            {
                transaction.Commit(transaction.CatalogRoot, Durability.Full);
            }
            catch (DatabaseFullException)
            {
                // No room for the checkpoint, on a device that is full: the tail stays.
                return;
            }

            if (i > 0 && store.SpaceNow.PageCount == space.PageCount && !isHigh) return;
        }
    }
}
