using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Tree;

/// <summary>The leaf a cursor stands in, held pinned, with the path that leads to it.</summary>
/// <remarks>
/// All moves are called inside an operation. A move that finds nothing returns false and leaves the
/// leaf where it was; after an exception the path may be wrong, and only a descent is allowed.
/// </remarks>
internal sealed class CursorLeaf(IPageSource source)
{
    /// <summary>
    /// Rounds the part up to a line, so that the leaf is asked for whole before it is reached.
    /// </summary>
    private const int AheadSlackBytes = 64;

    private readonly TreePath _path = new();
    private PagePin _pin;

    // Leaves passed since the last descent: from the second on it is a scan, and worth looking
    // ahead.
    private int _leavesPassed;

    // The leaf after this one, and how much of it has been asked for: a part with each step,
    // because the processor waits when asked for more lines than it can have under way.
    private PageBuffer _ahead;
    private int _aheadOffset;
    private int _aheadStep;

    /// <summary>The slot the cursor stands on.</summary>
    public int Slot { get; set; }

    public int CellCount { get; private set; }

    public LeafPage Page => new(_pin.Span);

    public PageId LeafId => _path.Page(_path.LastStep).Id;

    /// <summary>To the slot where the key is or would be, maybe behind the last one.</summary>
    /// <returns>Whether the key is there.</returns>
    public bool DescendToKey(in PageReference root, ReadOnlySpan<byte> key)
    {
        ForgetAhead();
        bool found = TreeSearch.Descend(source, root, key, _path);
        PinLeaf();
        return found;
    }

    public void DescendToIndex(in PageReference root, ulong index)
    {
        ForgetAhead();
        TreeSearch.DescendToIndex(source, root, index, _path);
        PinLeaf();
    }

    public void DescendToEdge(in PageReference root, bool last)
    {
        ForgetAhead();
        TreeSearch.ReadRoot(source, root, out int level);
        _path.Truncate(0);
        TreeSearch.DescendToEdge(source, root, level, last, _path);
        PinLeaf();
    }

    /// <summary>Asks for a part of the next leaf; called at each step within a leaf.</summary>
    public void LookAhead()
    {
        if (_aheadOffset >= _ahead.Length) return;
        HeadSearch.Prefetch(_ahead.Span, _aheadOffset, _aheadStep);
        _aheadOffset += _aheadStep;
    }

    /// <summary>To the first slot of the next leaf.</summary>
    public bool MoveToNextLeaf()
    {
        for (int step = _path.LastStep - 1; step >= 0; step--)
        {
            ReadOnlySpan<byte> page = source.Read(_path.Page(step));
            int child = _path.Index(step) + 1;
            if (child == new BranchPage(page).ChildCount) continue;
            MoveToSubtree(step, page, child, last: false);
            return true;
        }

        return false;
    }

    /// <summary>
    /// The same from where <paramref name="key"/> would be: all keys must be above.
    /// </summary>
    /// <remarks>Or a damaged tree could send a cursor round in circles.</remarks>
    public bool MoveToNextLeaf(ReadOnlySpan<byte> key)
    {
        if (!MoveToNextLeaf()) return false;
        if (Page.KeyAt(Slot).SequenceCompareTo(key) <= 0) Throw.WrongOrder(LeafId);
        return true;
    }

    /// <summary>To the last slot of the previous leaf.</summary>
    public bool MoveToPreviousLeaf()
    {
        for (int step = _path.LastStep - 1; step >= 0; step--)
        {
            int child = _path.Index(step) - 1;
            if (child < 0) continue;
            MoveToSubtree(step, source.Read(_path.Page(step)), child, last: true);
            return true;
        }

        return false;
    }

    /// <summary>
    /// The same from where <paramref name="key"/> would be: all keys must be below.
    /// </summary>
    public bool MoveToPreviousLeaf(ReadOnlySpan<byte> key)
    {
        if (!MoveToPreviousLeaf()) return false;
        if (Page.KeyAt(Slot).SequenceCompareTo(key) >= 0) Throw.WrongOrder(LeafId);
        return true;
    }

    /// <summary>Gives the pin back; needs no operation.</summary>
    public void Release()
    {
        source.Unpin(_pin);
        _pin = default;
        CellCount = 0;
    }

    private void MoveToSubtree(int step, ReadOnlySpan<byte> page, int child, bool last)
    {
        _path.Truncate(step + 1);
        _path.Index(step) = child;
        PageReference reference = new BranchPage(page).ChildAt(child);
        int level = PageHeader.Level(page) - 1;
        _ahead = level == 0 ? FindAhead(page, last ? child - 1 : child + 1) : default;
        TreeSearch.DescendToEdge(source, reference, level, last, _path);
        PagePin pin = source.Pin(_path.Page(_path.LastStep));
        LeafPage from = Page;
        LeafPage to = new(pin.Span);
        // No separator is looked at on this way. Branches that name a leaf many times, or in a
        // wrong order, would make a scan endless, or show keys twice (invariant 8).
        bool isInOrder = from.CellCount == 0 || (last ? Ascend(to, from) : Ascend(from, to));
        Settle(pin);
        if (!isInOrder) Throw.WrongOrder(LeafId);
        _aheadOffset = 0;
        _aheadStep = _ahead.Length / Math.Max(1, CellCount - 1) + AheadSlackBytes;
    }

    private PageBuffer FindAhead(ReadOnlySpan<byte> page, int child)
    {
        if (_leavesPassed++ == 0) return default;
        BranchPage branch = new(page);
        return (uint)child < (uint)branch.ChildCount
            ? source.Peek(branch.ChildIdAt(child))
            : default;
    }

    private void ForgetAhead()
    {
        _leavesPassed = 0;
        _ahead = default;
    }

    private void PinLeaf() => Settle(source.Pin(_path.Page(_path.LastStep)));

    private void Settle(PagePin pin)
    {
        source.Unpin(_pin);
        _pin = pin;
        CellCount = new LeafPage(pin.Span).CellCount;
        Slot = _path.Index(_path.LastStep);
    }

    /// <summary>Whether all keys of one leaf are below those of another; none is empty.</summary>
    private static bool Ascend(LeafPage low, LeafPage high) =>
        low.KeyAt(low.CellCount - 1).SequenceCompareTo(high.KeyAt(0)) < 0;
}
