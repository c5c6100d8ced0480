using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow.Engine.Transactions;

/// <summary>
/// One transaction's share of a compaction: says which pages move, and when it is enough.
/// </summary>
internal sealed class CompactionStep : IPageMover
{
    /// <summary>
    /// Pages looked at for each page that may be written: where nothing is to be done, a step ends
    /// after a few milliseconds all the same.
    /// </summary>
    private const int LooksPerPage = 8;

    /// <summary>Places left over for the paths and catalogs above the last page moved.</summary>
    private const int PagesKept = 8;

    private readonly PageTransaction _transaction;
    private readonly Space _space;
    private readonly CompactionAim _aim;
    private readonly long _pagesMax;
    private readonly long _movesMax;
    private long _looks;
    private long _extentPages;
    private bool _isSpent;

    public CompactionStep(PageTransaction transaction, Space space, in CompactionAim aim)
    {
        _transaction = transaction;
        _space = space;
        _aim = aim;
        transaction.Wish = new SpaceWish(Lowest: true, CutsTail: false, MovesCheckpoint: false);
        (long below, long all) = space.BeginCompaction(aim.Target);
        long missing = aim.PagesMax + PagesKept - all;
        if (aim.Packs && missing > 0 && space.PageCount + missing <= aim.PageCountMax
            && space.TryGrow((uint)missing))
        {
            all += missing;
        }

        _movesMax = Usable(below);
        _pagesMax = Math.Min(aim.PagesMax, aim.Packs ? Usable(all) : _movesMax);
    }

    /// <summary>False if there is no place to move anything to.</summary>
    public bool HasRoom => _pagesMax > 0;

    /// <summary>Pages written so far.</summary>
    public long PagesMoved => _transaction.DirtyCount + _extentPages;

    public long PagesLookedAt => _looks;

    public bool Packs => _aim.Packs;

    public bool MovesExtents => _aim.ExtentPagesMax > 0;

    public bool IsSpent => _isSpent || PagesMoved >= _pagesMax
        || _looks >= (long)_aim.PagesMax * LooksPerPage;

    public bool Wants(PageId page) => page.Index >= _aim.Target && PagesMoved < _movesMax;

    public void Look(int pages) => _looks += pages;

    public bool TryMove(in ExtentReference extent, out ExtentReference moved)
    {
        moved = extent;
        uint end = extent.First.Index + extent.PageCount;
        if (end <= _aim.Target || extent.PageCount > _aim.ExtentPagesMax) return false;
        if (PagesMoved > 0 && PagesMoved + extent.PageCount > _pagesMax)
        {
            // It waits for the next step, which begins with it.
            _isSpent = true;
            return false;
        }

        PageRun place = _space.TryPlaceRunBelow(extent.PageCount, extent.First.Index);
        if (place.Count == 0) return false;
        moved = _transaction.MoveExtent(extent, place);
        _extentPages += extent.PageCount;
        return true;
    }

    /// <summary>
    /// Part of the free pages: the catalogs change only when the step is done, and copy their own.
    /// </summary>
    private static long Usable(long free) => Math.Max(0, free - PagesKept - free / 8);
}
