using KvCow.Engine;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>Makes the file shorter in short write transactions, one compaction at a time.</summary>
internal sealed class Compactor(Store store) : IDisposable
{
    /// <summary>
    /// Bytes that a step writes: some milliseconds, for which other writers may have to wait.
    /// </summary>
    private const int StepBytes = 1 << 20;

    /// <summary>How often a compaction looks whether readers have ended.</summary>
    private const int WaitMilliseconds = 5;

    private readonly SemaphoreSlim _one = new(1);

    // What a call left unfinished. Used by whoever was let in by the semaphore.
    private CompactionPass? _pass;

    /// <summary>Compacts until all is done or the budget is spent.</summary>
    public CompactionResult Run(
        long bytesBudget, IProgress<CompactionProgress>? progress, CancellationToken ct) =>
        Run(CompactionPass.First(store.GetStatistics(), store.SpaceNow), bytesBudget, progress, ct);

    /// <summary>
    /// Moves pages without packing them, until the free ones are no more than a part of the live.
    /// </summary>
    public CompactionResult Free(double freeRatio, CancellationToken ct) => Run(
        CompactionPass.Moving(store.GetStatistics(), store.SpaceNow, freeRatio),
        long.MaxValue, null, ct);

    private CompactionResult Run(CompactionPass first, long bytesBudget,
        IProgress<CompactionProgress>? progress, CancellationToken ct)
    {
        _one.Wait(ct);
        try
        {
            // What a call left unfinished goes on, if it is a call of the same kind.
            if (_pass is null || _pass.FreeRatio != first.FreeRatio) _pass = first;
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
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private CompactionEnd Run(ref long pagesMoved, long pagesBudget,
        IProgress<CompactionProgress>? progress, CancellationToken ct)
    {
        uint pageCountMax = (uint)Math.Min(
            uint.MaxValue, store.SpaceNow.PageCount + 2L * PagesPerStep);
        int waits = 0;
        double waitsMax = store.Options.CompactionPatience.TotalMilliseconds / WaitMilliseconds;
        CompactionPass pass = _pass!; // Set by the caller.
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            long budget = pagesBudget - pagesMoved;
            if (budget <= 0)
            {
                GiveTailBack(pass, ct);
                return CompactionEnd.BudgetSpent;
            }

            CompactionEnd? end = Step(pass, budget, pageCountMax, ref pagesMoved, ct);
            if (end is CompactionEnd.HeldByReaders && waits++ < waitsMax)
            {
                ct.WaitHandle.WaitOne(WaitMilliseconds);
                continue;
            }

            waits = 0;
            if (end is CompactionEnd.Done)
            {
                GiveTailBack(pass, ct);
                end = EndOf(pass);
                if (end is null) _pass = pass = pass.Next(store.GetStatistics(), store.SpaceNow);
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

    private int PagesPerStep => Math.Max(16, StepBytes / store.PageBytes);

    /// <summary>One transaction; null if the pass goes on.</summary>
    private CompactionEnd? Step(CompactionPass pass, long budget, uint pageCountMax,
        ref long pagesMoved, CancellationToken ct)
    {
        using WriteTransaction tx = new(store.BeginWrite(ct));
        CompactionStep step = tx.Engine.BeginCompaction(new CompactionAim(
            pass.Target,
            (int)Math.Clamp(budget, 16, PagesPerStep),
            pass.Packs,
            MovesExtents: store.GetStatistics().OverflowPages > 0,
            pageCountMax));
        if (!step.HasRoom) return WithoutRoom(pass);

        bool isEnd = pass.Sweep.GoOn(tx.Top, step);
        long moved = step.PagesMoved;
        pass.PagesLookedAt += step.PagesLookedAt;
        try
        {
            if (moved > 0) tx.Commit();
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

    private CompactionEnd WithoutRoom(CompactionPass pass)
    {
        SpaceFigures space = store.SpaceNow;
        if (pass.IsShort(space)) return CompactionEnd.Done;
        return space.Pending > space.PageCount / 64
            ? CompactionEnd.HeldByReaders
            : CompactionEnd.NoRoom;
    }

    /// <summary>After a whole pass: null if another one is needed.</summary>
    private CompactionEnd? EndOf(CompactionPass pass)
    {
        if (pass.IsShort(store.SpaceNow)) return CompactionEnd.Done;
        bool goesOn = pass.Number == 0
            || (pass.PagesMoved > 0 && pass.Number < CompactionPass.PassesMax);
        return goesOn ? null : WithoutRoom(pass);
    }

    /// <summary>
    /// Commits without a change: each makes free what readers have let go, and cuts what is free at
    /// the end, moving the free list's own pages out of the way first.
    /// </summary>
    private void GiveTailBack(CompactionPass pass, CancellationToken ct)
    {
        const int CommitsMax = 4;
        for (int i = 0; i < CommitsMax; i++)
        {
            SpaceFigures space = store.SpaceNow;
            if (i > 0 && pass.IsShort(space)) return;
            using PageTransaction transaction = store.BeginWrite(ct);
            bool isHigh = space.CheckpointEnd > space.Live + 16;
            transaction.Wish = new SpaceWish(
                Lowest: true, CutsTail: true, MovesCheckpoint: isHigh);
            try
            {
                transaction.Commit(transaction.CatalogRoot);
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
