using System.Diagnostics;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The levels of a write transaction, one more than savepoints are open, and to which of them each
/// of its pages belongs.
/// </summary>
/// <remarks>
/// A page changes in place only at the level that made it: to later ones it is like a committed
/// page, copied and given up. So a rollback forgets the pages made since, and those given up since
/// are as they were; no page needs an image apart.
/// </remarks>
internal sealed class ChangeLevels(Space space, DirtyPages dirty, TransactionId durable)
{
    private readonly List<ChangeLevel> _levels = [new ChangeLevel(0, durable)];
    private long _placed;

    /// <summary>Number of the innermost level.</summary>
    public int Current => _levels.Count - 1;

    /// <summary>Committed pages given up, when all levels but the first are released.</summary>
    public FreedPages Freed
    {
        get
        {
            Debug.Assert(Current == 0);
            return _levels[0].Freed;
        }
    }

    /// <summary>Change of the pages by kind, dirty ones left out.</summary>
    public PageCounts Counts
    {
        get
        {
            PageCounts sum = default;
            foreach (ChangeLevel level in _levels) sum += level.Counts;
            return sum;
        }
    }

    /// <summary>Pages given up beyond those that have places already.</summary>
    public long FreedNet =>
        Math.Max(0, _levels.Sum(static level => level.Freed.Count) - _placed);

    /// <summary>Whether pages were spilled.</summary>
    public bool HasSpilled { get; private set; }

    private ChangeLevel Innermost => _levels[^1];

    public bool IsWritable(PageId id) => id.IsDirty && dirty.LevelOf(id) == Current;

    public PageId Make()
    {
        PageId id = dirty.Rent(Current);
        if (Current > 0) Innermost.Made.Add(id);
        return id;
    }

    /// <summary>Gives up a dirty page, at once if no savepoint needs it.</summary>
    public void GiveUp(PageId id)
    {
        if (IsWritable(id))
        {
            dirty.Return(id);
            return;
        }

        dirty.GivenUpAt(id) = Current;
        Innermost.GivenUp.Add(id);
    }

    /// <summary>Gives up committed pages, to be free when no snapshot needs them.</summary>
    public void GiveUp(PageRun run, TransactionId birth, PageKind kind)
    {
        Count(Innermost, kind, -run.Count);
        if (PlantedBugs.ReuseFreedPagesAtOnce) space.FreeAtOnce(run);
        else Innermost.Freed.Add(run, birth);
    }

    /// <summary>Pages of one value or tree have been written to their places.</summary>
    public void AddPlaces(PageRun run, PageKind kind)
    {
        _placed += run.Count;
        Count(Innermost, kind, run.Count);
        if (Current > 0) Innermost.Places.Add(run);
    }

    /// <summary>The same of a whole tree.</summary>
    public void AddPlaces(List<PageRun> runs, PageCounts counts)
    {
        Innermost.Counts += counts;
        foreach (PageRun run in runs)
        {
            _placed += run.Count;
            if (Current > 0) Innermost.Places.Add(run);
        }
    }

    /// <summary>Gives up places of this transaction, at once if no savepoint needs them.</summary>
    public void GiveUpPlaces(PageRun run, PageKind kind)
    {
        Count(Innermost, kind, -run.Count);
        if (Current > 0 && !Innermost.Places.Contains(run.Start))
        {
            if (!Innermost.GivenUpPlaces.Add(run)) throw DoubleFree.Exception(run.Start);
            return;
        }

        Innermost.Places.Remove(run);
        if (!PlantedBugs.ForgetSpilledPlace) Untake(run);
    }

    /// <summary>A dirty page has been spilled: returns it.</summary>
    public void MoveToPlace(PageId id, PageKind kind, PageId place)
    {
        PageRun run = new(place.Index, 1);
        ChangeLevel level = _levels[dirty.LevelOf(id)];
        int givenUpAt = dirty.GivenUpAt(id);
        HasSpilled = true;
        _placed++;
        Count(level, kind, 1);
        if (level.Number > 0) level.Places.Add(run);
        if (givenUpAt > 0)
        {
            Count(_levels[givenUpAt], kind, -1);
            _levels[givenUpAt].GivenUpPlaces.Add(run);
        }

        dirty.Return(id);
    }

    /// <summary>Begins a level; returns its number.</summary>
    public int Begin()
    {
        _levels.Add(new ChangeLevel(_levels.Count, durable));
        return Current;
    }

    /// <summary>Counts a level, and those within, as part of the one outside.</summary>
    public void Release(int level)
    {
        while (Current >= level) ReleaseInnermost();
    }

    /// <summary>Undoes all since a level began; it begins anew.</summary>
    public void Rollback(int level)
    {
        Debug.Assert(level > 0);
        while (Current >= level) UndoInnermost();
        Begin();
    }

    private void ReleaseInnermost()
    {
        ChangeLevel inner = Innermost;
        ChangeLevel outer = _levels[^2];
        outer.Freed.Add(inner.Freed);
        outer.Counts += inner.Counts;
        foreach (PageId id in inner.GivenUp)
        {
            if (IsGivenUpAt(id, inner)) GiveUpOutside(id, outer);
        }

        foreach (PageRun run in inner.GivenUpPlaces.ToRuns())
        {
            for (uint page = run.Start; page < run.End; page++) GiveUpOutside(page, outer);
        }

        foreach (PageId id in inner.Made)
        {
            if (!IsOf(id, inner)) continue;
            dirty.SetLevel(id, outer.Number);
            if (outer.Number > 0) outer.Made.Add(id);
        }

        if (outer.Number > 0) outer.Places.Add(inner.Places);
        _levels.RemoveAt(_levels.Count - 1);
    }

    private void GiveUpOutside(PageId id, ChangeLevel outer)
    {
        if (dirty.LevelOf(id) == outer.Number)
        {
            dirty.Return(id);
            return;
        }

        dirty.GivenUpAt(id) = outer.Number;
        outer.GivenUp.Add(id);
    }

    private void GiveUpOutside(uint page, ChangeLevel outer)
    {
        PageRun run = new(page, 1);
        bool isOfOutside = outer.Number == 0 || outer.Places.Contains(page);
        if (!isOfOutside)
        {
            outer.GivenUpPlaces.Add(run);
            return;
        }

        outer.Places.Remove(run);
        Untake(run);
    }

    private void UndoInnermost()
    {
        ChangeLevel inner = Innermost;
        foreach (PageId id in inner.Made)
        {
            if (IsOf(id, inner)) dirty.Return(id);
        }

        foreach (PageId id in inner.GivenUp)
        {
            if (IsGivenUpAt(id, inner)) dirty.GivenUpAt(id) = 0;
        }

        if (!PlantedBugs.KeepPlacesOfSavepoint)
        {
            foreach (PageRun run in inner.Places.ToRuns()) Untake(run);
        }

        if (PlantedBugs.KeepFreedOfSavepoint) _levels[^2].Freed.Add(inner.Freed);
        _levels.RemoveAt(_levels.Count - 1);
    }

    // Numbers of dirty pages are used again, so a list may name a page twice, or another one.
    private bool IsOf(PageId id, ChangeLevel level) =>
        dirty.IsInUse(id) && dirty.LevelOf(id) == level.Number;

    private bool IsGivenUpAt(PageId id, ChangeLevel level) =>
        dirty.IsInUse(id) && dirty.GivenUpAt(id) == level.Number;

    private void Untake(PageRun run)
    {
        _placed -= run.Count;
        space.Untake(run);
    }

    private static void Count(ChangeLevel level, PageKind kind, long change) =>
        level.Counts = level.Counts.With(kind, change);
}
