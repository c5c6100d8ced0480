using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>One B+tree, changed by copying pages. Members are called inside an operation.</summary>
/// <remarks>
/// A key or value passed in may lie in a page of this tree. After an exception the tree is only
/// good for rollback.
/// </remarks>
internal sealed class WritableTree : Tree, IRootHolder
{
    private TreeInsert? _insert;

    public WritableTree(IPageEditor editor, PageReference root)
        : base(editor, root)
    {
        Editor = editor;
    }

    public IPageEditor Editor { get; }

    // Made on the first need: of a bucket's two trees mostly one changes.
    [field: AllowNull]
    private WritablePath Path => field ??= new WritablePath(this);

    /// <summary>
    /// Inserts or replaces. The old cell's extent, if any, is freed. Key and cell lengths were
    /// checked by the caller against <see cref="PageLimits"/>.
    /// </summary>
    /// <returns>True if the key is new.</returns>
    public bool Put(ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        BeginChange();
        return (_insert ??= new TreeInsert(Path)).Put(key, kind, value);
    }

    /// <returns>True if the key was there.</returns>
    public bool Delete(ReadOnlySpan<byte> key)
    {
        if (Root.IsNone) return false;
        if (!Path.Descend(key)) return false;
        BeginChange();
        TreeDelete.DeleteCell(Path);
        return true;
    }

    /// <summary>
    /// Deletes the keys from <paramref name="from"/> (inclusive) to <paramref name="to"/>
    /// (exclusive; with <paramref name="toEnd"/>, to the last key). Returns how many.
    /// </summary>
    /// <remarks>
    /// Ends the operation and begins another on the way: spans of pages read before are dead.
    /// </remarks>
    public ulong DeleteRange(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, bool toEnd)
    {
        ulong before = Rank(from);
        ulong after = toEnd ? Count : Rank(to);
        if (after <= before) return 0;
        BeginChange();
        // The pages that the bounds may lie in change or go away before the last use of the bounds.
        TreeDeleteRange range = new(Path, from.ToArray(), to.ToArray(), toEnd);
        range.Delete();
        return after - before;
    }

    /// <summary>Frees all pages and extents of the tree. No cell may be a bucket record.</summary>
    /// <remarks>
    /// Ends the operation and begins another on the way: spans of pages read before are dead.
    /// </remarks>
    public void Clear()
    {
        if (Root.IsNone) return;
        BeginChange();
        PageReference old = Root;
        SetRoot(PageReference.None);
        TreeRelease.Free(Editor, old);
    }

    /// <summary>
    /// Pages of the tree have gone to other places: paths to them are no longer valid.
    /// </summary>
    public void Relocate(in PageReference root)
    {
        Root = root;
        PathVersion++;
    }

    /// <summary>Takes over a tree built apart from it; there must be no entries.</summary>
    public void Adopt(in PageReference root)
    {
        Debug.Assert(Root.IsNone);
        Root = root;
        BeginChange();
    }

    /// <summary>Puts back the root of a savepoint: other entries, for whoever looks.</summary>
    public void Restore(in PageReference root)
    {
        Root = root;
        BeginChange();
    }

    /// <summary>For the parts of this tree that change it: the root or its count changed.</summary>
    internal void SetRoot(in PageReference root) => Root = root;

    private void BeginChange()
    {
        Version++;
        PathVersion++;
    }
}
