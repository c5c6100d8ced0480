using System.Diagnostics;
using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using static System.Buffers.Binary.BinaryPrimitives;

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

    // Where the slots of the pinned page begin: what each step needs to know of it.
    private int _slots;

    // The leaves beside the one that a seek has led to, until the first step.
    private PageBuffer _before;
    private PageBuffer _after;
    private bool _isPlaced;

    private ScanAhead _ahead = new(source);

    /// <summary>The slot the cursor stands on.</summary>
    public int Slot { get; set; }

    public int CellCount { get; private set; }

    public LeafPage Page => new(_pin.Span);

    /// <summary>The key at the slot.</summary>
    public ReadOnlySpan<byte> Key => LeafCell.Key(Cell);

    /// <summary>The value at the slot.</summary>
    public CellValue Value => LeafCell.Value(Cell);

    /// <summary>The same if it lies there; else only the kind is right.</summary>
    public ReadOnlySpan<byte> InlineValue(out CellKind kind) =>
        LeafCell.InlineValue(Cell, out kind);

    private ReadOnlySpan<byte> Cell
    {
        get
        {
            Debug.Assert((uint)Slot < (uint)CellCount);
            ReadOnlySpan<byte> page = _pin.Span;
            int slot = _slots + (Slot * LeafPage.SlotSize);
            return page[ReadUInt16LittleEndian(page[slot..])..];
        }
    }

    public PageId LeafId => _path.Page(_path.LastStep).Id;

    /// <summary>To the slot where the key is or would be, maybe behind the last one.</summary>
    /// <returns>Whether the key is there.</returns>
    public bool DescendToKey(in PageReference root, ReadOnlySpan<byte> key)
    {
        ForgetAhead();
        bool found = TreeSearch.Descend(source, root, key, _path);
        PinLeaf();
        NoteNeighbours();
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

    /// <summary>
    /// To a neighbouring slot, if there is one, asking for a part of the leaf after this one.
    /// </summary>
    public bool TryStep(int direction)
    {
        int slot = Slot + direction;
        if ((uint)slot >= (uint)CellCount) return false;
        Slot = slot;
        if (_isPlaced) BeginToStep(direction);
        if (_ahead.IsDue) _ahead.Ask();
        return true;
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
        _isPlaced = false;
        _path.Truncate(step + 1);
        _path.Index(step) = child;
        PageReference reference = new BranchPage(page).ChildAt(child);
        int level = PageHeader.Level(page) - 1;
        if (level == 0)
        {
            _ahead.Find(new BranchPage(page), child, last ? -1 : 1);
            EnterLeaf(reference, last);
        }
        else
        {
            _ahead.Skip();
            TreeSearch.DescendToEdge(source, reference, level, last, _path);
            Follow(source.Pin(_path.Page(_path.LastStep)), last);
        }

        _ahead.Divide(CellCount - 1);
    }

    /// <summary>Which leaves lie beside, while what says so is near.</summary>
    private void NoteNeighbours()
    {
        int step = _path.LastStep - 1;
        if (step < 0) return;
        BranchPage branch = new(source.Read(_path.Page(step)));
        int child = _path.Index(step);
        _before = source.PeekAt(branch, child - 1);
        _after = source.PeekAt(branch, child + 1);
        _isPlaced = true;
    }

    /// <summary>
    /// The first step after a seek: more may follow, and the neighbour's head is asked for. Not
    /// all of it, as few steps may follow.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BeginToStep(int direction)
    {
        _isPlaced = false;
        PageBuffer next = direction > 0 ? _after : _before;
        if (!next.IsNone) HeadSearch.Prefetch(next.Span, 0, LeafPage.SearchBytes);
    }

    private void ForgetAhead()
    {
        _isPlaced = false;
        _ahead.Forget();
    }

    /// <summary>The last step of a descent to an edge, with the page looked up once.</summary>
    private void EnterLeaf(in PageReference reference, bool last)
    {
        PagePin pin = source.Pin(reference, isRead: false);
        try
        {
            TreeSearch.CheckLeaf(reference, pin.Span);
        }
        catch
        {
            source.Unpin(pin);
            throw;
        }

        _path.Push(reference, last ? new LeafPage(pin.Span).CellCount - 1 : 0);
        Follow(pin, last);
    }

    /// <summary>From a leaf to one of its neighbours.</summary>
    private void Follow(PagePin pin, bool isBackwards)
    {
        LeafPage from = Page;
        LeafPage to = new(pin.Span);
        // No separator is looked at on this way. Branches that name a leaf many times, or in a
        // wrong order, would make a scan endless, or show keys twice (invariant 8).
        bool isInOrder = from.CellCount == 0
            || (isBackwards ? Ascend(to, from) : Ascend(from, to));
        Settle(pin);
        if (!isInOrder) Throw.WrongOrder(LeafId);
    }

    private void PinLeaf() => Settle(source.Pin(_path.Page(_path.LastStep)));

    private void Settle(PagePin pin)
    {
        source.Unpin(_pin);
        _pin = pin;
        LeafPage leaf = new(pin.Span);
        CellCount = leaf.CellCount;
        _slots = leaf.SlotsOffset;
        Slot = _path.Index(_path.LastStep);
    }

    /// <summary>Whether all keys of one leaf are below those of another; none is empty.</summary>
    private static bool Ascend(LeafPage low, LeafPage high) =>
        low.KeyAt(low.CellCount - 1).SequenceCompareTo(high.KeyAt(0)) < 0;
}
