using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Tree;

/// <summary>
/// Asks the processor for the leaves that a scan comes to, a part with each step, because it waits
/// when asked for more lines than it can have under way.
/// </summary>
/// <remarks>
/// Of the next leaf the cells, and not the gap before them; of the one after it the front, which
/// says where its cells begin. All of it is hints: nobody keeps those pages where they are.
/// </remarks>
internal struct ScanAhead(IPageSource source)
{
    /// <summary>Header, heads and slots of a usual leaf.</summary>
    private const int FrontBytes = 320;

    // Leaves passed since the last descent: from the second on it is a scan, and worth looking
    // ahead.
    private int _leavesPassed;

    // The next leaf, and how much of it has been asked for.
    private PageBuffer _next;
    private int _offset;
    private int _partBytes;

    // The leaf after that one, whose front has been asked for.
    private PageBuffer _afterNext;

    /// <summary>Whether something of the next leaf has not been asked for.</summary>
    public readonly bool IsDue => _offset < _next.Length;

    /// <summary>After a descent, which may lead anywhere.</summary>
    public void Forget()
    {
        _leavesPassed = 0;
        Skip();
    }

    /// <summary>The scan goes on under another branch.</summary>
    public void Skip() => _next = _afterNext = default;

    /// <summary>Finds what comes after a leaf that the scan is about to enter.</summary>
    /// <param name="branch">Which names the leaf.</param>
    /// <param name="child">Which child it is.</param>
    /// <param name="direction">1 or -1.</param>
    public void Find(BranchPage branch, int child, int direction)
    {
        if (_leavesPassed++ == 0) return;
        _next = _afterNext.IsNone ? source.PeekAt(branch, child + direction) : _afterNext;
        _afterNext = source.PeekAt(branch, child + (2 * direction));
        if (!_afterNext.IsNone) HeadSearch.Prefetch(_afterNext.Span, 0, FrontBytes);
    }

    /// <summary>Divides what there is to ask for among the steps within a leaf.</summary>
    public void Divide(int steps)
    {
        _offset = _next.IsNone ? 0 : StartOfRest(_next);
        int bytes = _next.Length - _offset;
        steps = Math.Max(1, steps);
        _partBytes = HeadSearch.RoundUpToLine((bytes + steps - 1) / steps);
    }

    /// <summary>Asks for a part.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)] // Not all steps do.
    public void Ask()
    {
        HeadSearch.Prefetch(_next.Span, _offset, _partBytes);
        _offset += _partBytes;
    }

    /// <summary>Where the cells begin, unless not all of the front has been asked for.</summary>
    private static int StartOfRest(PageBuffer page)
    {
        // It may be any page by now, and half of another.
        LeafPage leaf = new(page.Span);
        int heapStart = leaf.HeapStart;
        return heapStart - leaf.GapBytes > FrontBytes
            ? FrontBytes
            : Math.Clamp(HeadSearch.RoundDownToLine(heapStart), FrontBytes, page.Length);
    }
}
