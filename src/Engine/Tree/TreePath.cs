using System.Diagnostics;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>
/// The pages from a root (step 0) to a leaf, and the child (in the leaf: the slot) taken in each.
/// </summary>
/// <remarks>Kept by its tree or cursor and used again: a descent allocates nothing.</remarks>
internal sealed class TreePath
{
    // Four levels hold 100 million entries in 4 KiB pages; deeper trees make the arrays grow once.
    private const int StepsAtFirst = 4;

    private PageReference[] _pages = new PageReference[StepsAtFirst];
    private int[] _indexes = new int[StepsAtFirst];

    /// <summary>Count of steps; 0 when the path leads nowhere.</summary>
    public int Depth { get; private set; }

    public int LastStep => Depth - 1;

    public ref PageReference Page(int step)
    {
        Debug.Assert(step >= 0);
        Debug.Assert(step < Depth);
        return ref _pages[step];
    }

    /// <summary>Index of the child taken in a branch, or of the slot in the leaf.</summary>
    public ref int Index(int step)
    {
        Debug.Assert(step >= 0);
        Debug.Assert(step < Depth);
        return ref _indexes[step];
    }

    public void Push(in PageReference page, int index)
    {
        Debug.Assert(Depth < PageLimits.TreeLevelsMax);
        if (Depth == _pages.Length)
        {
            Array.Resize(ref _pages, PageLimits.TreeLevelsMax);
            Array.Resize(ref _indexes, PageLimits.TreeLevelsMax);
        }

        _pages[Depth] = page;
        _indexes[Depth] = index;
        Depth++;
    }

    /// <summary>Forgets all steps from <paramref name="depth"/> on.</summary>
    public void Truncate(int depth)
    {
        Debug.Assert(depth <= Depth);
        Depth = depth;
    }
}
