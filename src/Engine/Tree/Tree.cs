using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>One B+tree, read. Members are called inside an operation, cursors outside.</summary>
internal class Tree(IPageSource source, PageReference root)
{
    public IPageSource Source { get; } = source;

    /// <summary>The root as it is now; <see cref="PageReference.None"/> when empty.</summary>
    public PageReference Root { get; protected set; } = root;

    /// <summary>Changes with every modification of the entries.</summary>
    public int Version { get; protected set; }

    /// <summary>
    /// Changes with every modification, and when pages are spilled, so that cursors notice.
    /// </summary>
    public int PathVersion { get; protected set; }

    public ulong Count => Root.Count;

    /// <summary>Levels from root to leaf; 0 when empty.</summary>
    public int ReadDepth()
    {
        if (Root.IsNone) return 0;
        TreeSearch.ReadRoot(Source, Root, out int level);
        return level + 1;
    }

    /// <summary>The same tree in another snapshot.</summary>
    public void Follow(in PageReference root)
    {
        Root = root;
        Version++;
        PathVersion++;
    }

    public bool TryFind(ReadOnlySpan<byte> key, out CellValue value)
    {
        value = default;
        if (Root.IsNone) return false;
        LeafPage leaf = new(Source.FindLeaf(Root, key, out _));
        return leaf.TryFind(key, out value);
    }

    /// <summary>Finds and pins the key's leaf, so that the value outlives the operation.</summary>
    public bool TryFindPinned(ReadOnlySpan<byte> key, out CellValue value, out PagePin pin)
    {
        value = default;
        pin = default;
        if (Root.IsNone) return false;
        LeafPage leaf = new(Source.FindLeaf(Root, key, out PageReference reference));
        SlotSearch at = leaf.Find(key);
        if (!at.Found) return false;
        pin = Source.Pin(reference);
        value = new LeafPage(pin.Span).ValueAt(at.Index);
        return true;
    }

    /// <summary>The count of keys strictly below <paramref name="key"/>.</summary>
    public ulong Rank(ReadOnlySpan<byte> key) => TreeRank.Compute(Source, Root, key);

    /// <summary>A new cursor, not yet positioned; it begins and ends operations itself.</summary>
    public TreeCursor OpenCursor() => new(this);
}
