using System.Diagnostics;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Tree;

/// <summary>Goes down to the leaves of many keys together, one level at a time.</summary>
/// <remarks>
/// A search alone waits for memory at each level. Here each step asks for what the next step of all
/// keys needs, so that the processor waits for many lines at once.
/// </remarks>
internal sealed class GroupSearch
{
    /// <summary>
    /// Keys of a group: with more, what was asked for first could leave the processor's nearest
    /// cache before it is used; with half of it the waits overlap noticeably less.
    /// </summary>
    public const int KeysMax = 32;

    // Header, sample and heads of most branches; what the search needs of a leaf before the cell.
    private const int BranchSearchBytes = 512;
    private const int LeafSearchBytes = 192;

    private readonly PageReference[] _references = new PageReference[KeysMax];
    private readonly PageBuffer[] _pages = new PageBuffer[KeysMax];
    private readonly int[] _children = new int[KeysMax];

    /// <summary>
    /// Finds the leaves of at most <see cref="KeysMax"/> keys, in any order. Called inside an
    /// operation, until whose end <see cref="TryFind"/> may be called.
    /// </summary>
    public void FindLeaves(Tree tree, ReadOnlySpan<ReadOnlyMemory<byte>> keys)
    {
        Debug.Assert(keys.Length <= KeysMax);
        Debug.Assert(!tree.Root.IsNone);
        IPageSource source = tree.Source;
        TreeSearch.ReadRoot(source, tree.Root, out int level);
        _pages.AsSpan(0, keys.Length).Fill(source.Locate(tree.Root));
        while (level > 0)
        {
            level--;
            FindChildren(source, keys, level);
            for (int i = 0; i < keys.Length; i++)
                _pages[i] = TreeSearch.LocatePage(source, _references[i], level);
        }

        for (int i = 0; i < keys.Length; i++)
            new LeafPage(_pages[i].Span).PrefetchCell(keys[i].Span);
    }

    /// <summary>Finds the key with this index in its leaf.</summary>
    public bool TryFind(int index, ReadOnlySpan<byte> key, out CellValue value)
    {
        LeafPage leaf = new(_pages[index].Span);
        SlotSearch at = leaf.Find(key);
        value = at.Found ? leaf.ValueAt(at.Index) : default;
        return at.Found;
    }

    private void FindChildren(
        IPageSource source, ReadOnlySpan<ReadOnlyMemory<byte>> keys, int level)
    {
        for (int i = 0; i < keys.Length; i++)
            _children[i] = new BranchPage(_pages[i].Span).FindChild(keys[i].Span);

        int searchBytes = level == 0 ? LeafSearchBytes : BranchSearchBytes;
        for (int i = 0; i < keys.Length; i++)
        {
            _references[i] = new BranchPage(_pages[i].Span).ChildAt(_children[i]);
            HeadSearch.Prefetch(source.Peek(_references[i].Id).Span, 0, searchBytes);
        }
    }
}
