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

    /// <summary>Changed pages stay in memory until the step is committed: a part of it.</summary>
    public int PagesPerStep => Math.Max(
        16, Math.Min(StepBytes / store.PageBytes, store.DirtyPagesMax / 4));

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

    /// <summary>
    /// One step of a compaction that others may come between; null if it goes on. The places below
    /// its target are kept for it until <see cref="Pause"/>.
    /// </summary>
    public CompactionEnd? RunStep(
        in CompactionLimits limits, ref long pagesMoved, CancellationToken ct)
    {
        _turn.Enter(Timeout.InfiniteTimeSpan, ct);
        try
        {
            CompactionEnd? end = GoOn(limits, ref pagesMoved, ct);
            if (end is not null) _pass = null;
            return end;
        }
        catch
        {
            // The next try is long after this one: it looks anew.
            _pass = null;
            throw;
        }
        finally
        {
            _turn.Leave();
        }
    }

    /// <summary>Writers are given places anywhere again.</summary>
    public void Pause() => store.EndCompaction();

    private CompactionEnd Run(ref long pagesMoved, long pagesBudget,
        IProgress<CompactionProgress>? progress, CancellationToken ct)
    {
        uint pageCountMax = (uint)Math.Min(
            uint.MaxValue, store.SpaceNow.PageCount + 2L * PagesPerStep);
        int waits = 0;
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            if (pagesMoved >= pagesBudget)
            {
                GiveTailBack(ct);
                return CompactionEnd.BudgetSpent;
            }

            long before = pagesMoved;
            CompactionLimits limits = new(
                pagesBudget - before, uint.MaxValue, pageCountMax, long.MaxValue,
                IsAsked: true);
            CompactionEnd? end = GoOn(limits, ref pagesMoved, ct);
            if (pagesMoved > before) waits = 0;
            if (end is CompactionEnd.HeldByReaders or CompactionEnd.NoRoom
                && TryAwaitReaders(ref waits, ct))
            {
                continue;
            }

            SpaceFigures space = store.SpaceNow;
            progress?.Report(new CompactionProgress(
                end is null ? _pass?.Fraction ?? 0 : 1, pagesMoved * store.PageBytes,
                (long)space.PageCount * store.PageBytes, space.Live * store.PageBytes));
            if (end is null) continue;
            _pass = null;
            return end.Value;
        }
    }

    /// <summary>A step, and after the last one of a pass the beginning of the next.</summary>
    private CompactionEnd? GoOn(
        in CompactionLimits limits, ref long pagesMoved, CancellationToken ct)
    {
        CompactionPass pass = _pass ??= Begin(0);
        CompactionEnd? end = Step(pass, limits, ref pagesMoved, ct);
        if (end is not CompactionEnd.Done) return end;
        pass.IsAtEnd = true;
        GiveTailBack(ct);
        end = EndOf(pass);
        if (end is null) _pass = Begin(pass.Number + 1);
        return end;
    }

    /// <summary>
    /// True if readers have let go of something within the patience there is: it is worth while to
    /// go on. A pass that was at its end is followed by another then.
    /// </summary>
    private bool TryAwaitReaders(ref int waits, CancellationToken ct)
    {
        double waitsMax = store.Options.CompactionPatience.TotalMilliseconds / WaitMilliseconds;
        // Only the call itself, which has the turn, makes it null.
        CompactionPass pass = _pass!;
        if (pass.Number >= CompactionPass.PassesMax) return false;
        long pending = store.SpaceNow.Pending;
        if (pending == 0) return false;
        while (waits++ < waitsMax)
        {
            Task delay = Task.Delay(
                TimeSpan.FromMilliseconds(WaitMilliseconds), store.Options.TimeProvider, ct);
            SyncPoints.AwaitOrCancel(delay, ct);
            delay.GetAwaiter().GetResult();
            using (PageTransaction transaction = store.BeginWrite(ct)) transaction.Release();
            if (store.SpaceNow.Pending >= pending) continue;
            if (pass.IsAtEnd) _pass = Begin(pass.Number + 1);
            return true;
        }

        return false;
    }

    private CompactionPass Begin(int number)
    {
        StoreStatistics figures = store.GetStatistics();
        long looks = figures.BranchPages
            + (number == 0 ? 3 * figures.LeafPages
                : figures.OverflowPages > 0 ? figures.LeafPages : 0);
        return new CompactionPass(number, store.SpaceNow, looks);
    }

    /// <summary>One transaction; null if the pass goes on.</summary>
    private CompactionEnd? Step(CompactionPass pass, CompactionLimits limits,
        ref long pagesMoved, CancellationToken ct)
    {
        using WriteTransaction tx = new(store.BeginWrite(ct));
        CompactionStep step = tx.Engine.BeginCompaction(new CompactionAim(
            pass.Target,
            (int)Math.Clamp(limits.PagesMax, 16, PagesPerStep),
            Packs: pass.Number == 0,
            store.GetStatistics().OverflowPages > 0 ? limits.ExtentPagesMax : 0,
            limits.PageCountMax));
        if (store.SpaceNow.Pending > limits.PendingMax) return CompactionEnd.HeldByReaders;
        if (!step.HasRoom) return WithoutRoom();

        bool isEnd = pass.Sweep.GoOn(
            tx.Top, step, BucketLimits.Of(store.SpaceNow.PageCount, store.PageBytes));
        long moved = step.PagesMoved;
        pass.PagesLookedAt += step.PagesLookedAt;
        try
        {
            if (moved > 0) tx.Commit(Durability.Full);
        }
        catch (DatabaseFullException) when (limits.IsAsked)
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
