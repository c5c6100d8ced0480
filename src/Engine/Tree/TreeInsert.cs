using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Puts one cell, dividing pages that are full.</summary>
internal sealed class TreeInsert(WritablePath path)
{
    // Where a key or value goes that lies in the page about to change; made on the first need.
    private byte[] _scratch = [];

    public bool Put(ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        if (path.Tree.Root.IsNone)
        {
            PutFirst(key, kind, value);
            return true;
        }

        bool found = path.Descend(key);
        int step = path.Steps.LastStep;
        MoveAside(path.Read(step), ref key, ref value);
        path.MakeWritable(step);
        if (found) Replace(step, key, kind, value);
        else Insert(step, key, kind, value);
        return !found;
    }

    private void PutFirst(ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        IPageEditor editor = path.Editor;
        PageReference leaf = editor.Allocate();
        Span<byte> page = editor.Write(leaf.Id);
        LeafPageWriter.Initialize(page, leaf.Id, editor.Birth);
        new LeafPageWriter(page).TryInsert(0, key, kind, value);
        path.Tree.SetRoot(leaf with { Count = 1 });
    }

    private void Insert(
        int step, ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        path.AddCount(step, 1);
        int slot = path.Steps.Index(step);
        if (new LeafPageWriter(path.Write(step)).TryInsert(slot, key, kind, value)) return;
        Split(step, key, kind, value, replace: false);
    }

    private void Replace(
        int step, ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        Span<byte> page = path.Write(step);
        int slot = path.Steps.Index(step);
        TreeDelete.FreeExtentAt(path.Editor, page, slot);
        if (new LeafPageWriter(page).TryReplaceValue(slot, kind, value)) return;
        Split(step, key, kind, value, replace: true);
    }

    private void Split(
        int step, ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value, bool replace)
    {
        IPageEditor editor = path.Editor;
        Span<byte> leftPage = path.Write(step);
        TreeGrowth growth = path.Growth;
        int slot = path.Steps.Index(step);
        SplitBias bias = growth.BiasOfLeaf(step, new LeafPage(leftPage).CellCount, replace);
        bool mayShare = bias == SplitBias.Even && step > 0;
        if (mayShare
            && LeafSharing.TryShare(path, new(leftPage, slot, replace, key, kind, value))) return;

        PageReference right = editor.Allocate();
        Span<byte> rightPage = editor.Write(right.Id);
        LeafPageWriter.Initialize(rightPage, right.Id, editor.Birth);
        int length = LeafSplit.Split(
            leftPage,
            rightPage,
            slot,
            key,
            kind,
            value,
            growth.Separator,
            replace,
            bias);
        right = right with { Count = (ulong)new LeafPage(rightPage).CellCount };
        PageReference left = path.Steps.Page(step) with
        {
            Count = (ulong)new LeafPage(leftPage).CellCount,
        };
        growth.InsertAbove(step, left, length, right);
    }

    /// <summary>Copies key and value if they lie in the page, which is about to change.</summary>
    private void MoveAside(
        ReadOnlySpan<byte> page, ref ReadOnlySpan<byte> key, ref ReadOnlySpan<byte> value)
    {
        if (!page.Overlaps(key) && !page.Overlaps(value)) return;
        if (_scratch.Length == 0) _scratch = new byte[page.Length];
        key.CopyTo(_scratch);
        value.CopyTo(_scratch.AsSpan(key.Length));
        value = _scratch.AsSpan(key.Length, value.Length);
        key = _scratch.AsSpan(0, key.Length);
    }
}
