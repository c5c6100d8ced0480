using System.Diagnostics;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Writes neighbouring leaves of one branch into fewer pages.</summary>
internal sealed class LeafPacking(WritablePath path, IPageMover mover)
{
    /// <summary>
    /// Leaves looked at together. When no sixteen of them fit fifteen pages, they are 94 % full;
    /// twice as many would gain 3 % more and rewrite twice as many pages for each page gained.
    /// </summary>
    private const int LeavesMax = 16;

    private readonly int _room = path.Editor.PageBytes - LeafPage.HeadsOffset;
    private readonly LeafPack _pack = new(path.Editor.PageBytes, LeavesMax);
    private readonly byte[] _trial = new byte[path.Editor.PageBytes];
    private readonly List<byte[]> _separators = [];
    private readonly List<PageReference> _removed = [];

    /// <summary>
    /// Packs a child and the fewest neighbours to its right that together save a page.
    /// </summary>
    /// <returns>False if none do; then nothing has changed, nor become writable.</returns>
    public bool TryPack(int parent, int child)
    {
        int count = FindCount(parent, child);
        if (count == 0) return false;

        // Tried on a copy: a step that only made pages writable would be repeated for ever.
        Span<byte> page = _trial;
        path.Read(parent).CopyTo(page);
        _separators.Clear();
        for (int i = 1; i < _pack.ResultCount; i++) _separators.Add(_pack.SeparatorBefore(i));
        _removed.Clear();
        for (int i = _pack.ResultCount; i < count; i++)
            _removed.Add(new BranchPage(page).ChildAt(child + i));
        if (!BranchRepartition.TryReplace(page, child, count, _separators)) return false;

        path.MakeWritable(parent);
        page = path.Write(parent);
        bool hasReplaced = BranchRepartition.TryReplace(page, child, count, _separators);
        Debug.Assert(hasReplaced);
        for (int i = 0; i < _pack.ResultCount; i++)
        {
            PageReference leaf = path.MakeChildWritable(parent, child + i);
            _pack.WriteTo(i, path.Editor.Write(leaf.Id));
            leaf = leaf with { Count = (ulong)_pack.CellCountOf(i) };
            new BranchPageWriter(page).SetChild(child + i, leaf);
        }

        if (PlantedBugs.LeakPackedLeaf) return true;
        foreach (PageReference leaf in _removed) path.Editor.Free(leaf, PageKind.Leaf);
        return true;
    }

    /// <summary>How many leaves save a page; 0 if none do. They are in the pack then.</summary>
    private int FindCount(int parent, int child)
    {
        int children = Math.Min(
            new BranchPage(path.Read(parent)).ChildCount - child, LeavesMax);
        _pack.Clear();
        int free = 0;
        for (int count = 1; count <= children; count++)
        {
            ReadOnlySpan<byte> page = ReadLeaf(parent, child + count - 1);
            free += path.Editor.PageBytes - LeafPack.UsedBytes(new LeafPage(page));
            // A full leaf does not become fuller: whatever can be gained begins behind it.
            if (count == 1 && free < _room / LeavesMax) return 0;
            _pack.Add(page);
            if (free >= _room && _pack.ResultCount < count) return count;
        }

        return 0;
    }

    private ReadOnlySpan<byte> ReadLeaf(int parent, int child)
    {
        mover.Look(1);
        PageReference leaf = new BranchPage(path.Read(parent)).ChildAt(child);
        ReadOnlySpan<byte> page = TreeSearch.ReadPage(path.Editor, leaf, 0);
        if (new LeafPage(page).CellCount == 0) Throw.EmptyPage(leaf.Id);
        return page;
    }
}
