using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>The leaf a cursor stands in, held pinned, with the path that leads to it.</summary>
/// <remarks>
/// All moves are called inside an operation. A move that finds nothing returns false and leaves the
/// leaf where it was; after an exception the path may be wrong, and only a descent is allowed.
/// </remarks>
internal sealed class CursorLeaf(IPageSource source)
{
    private readonly TreePath _path = new();
    private PagePin _pin;

    // Leaves passed since the last descent: from the second on it is a scan, and worth looking
    // ahead.
    private int _leavesPassed;

    /// <summary>The slot the cursor stands on.</summary>
    public int Slot { get; set; }

    public int CellCount { get; private set; }

    public LeafPage Page => new(_pin.Span);

    private PageId LeafId => _path.Page(_path.LastStep).Id;

    /// <summary>To the slot where the key is or would be, maybe behind the last one.</summary>
    /// <returns>Whether the key is there.</returns>
    public bool DescendToKey(in PageReference root, ReadOnlySpan<byte> key)
    {
        _leavesPassed = 0;
        bool found = TreeSearch.Descend(source, root, key, _path);
        PinLeaf();
        return found;
    }

    public void DescendToIndex(in PageReference root, ulong index)
    {
        TreeSearch.DescendToIndex(source, root, index, _path);
        PinLeaf();
    }

    public void DescendToEdge(in PageReference root, bool last)
    {
        TreeSearch.ReadRoot(source, root, out int level);
        _path.Truncate(0);
        TreeSearch.DescendToEdge(source, root, level, last, _path);
        PinLeaf();
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
        if (level == 0) PrefetchNeighbour(page, last ? child - 1 : child + 1);
        TreeSearch.DescendToEdge(source, reference, level, last, _path);
        PinLeaf();
    }

    /// <summary>Asks for the leaf after the next while that is read.</summary>
    private void PrefetchNeighbour(ReadOnlySpan<byte> page, int child)
    {
        if (_leavesPassed++ == 0) return;
        BranchPage branch = new(page);
        if ((uint)child < (uint)branch.ChildCount)
            source.Prefetch(branch.ChildIdAt(child), page.Length);
    }

    private void PinLeaf()
    {
        int step = _path.LastStep;
        PagePin pin = source.Pin(_path.Page(step));
        source.Unpin(_pin);
        _pin = pin;
        CellCount = new LeafPage(pin.Span).CellCount;
        Slot = _path.Index(step);
    }
}
