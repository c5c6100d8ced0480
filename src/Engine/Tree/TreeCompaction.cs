using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>
/// Goes through a tree in key order and writes anew what lies in the wrong place or could lie in
/// fewer pages, a bounded number of pages at a time.
/// </summary>
/// <remarks>
/// A branch names its children's ids, so leaves that may stay are not read, unless they could hold
/// long values or are to be packed. Where to go on is a key and not a page: between two calls the
/// tree may change in any way.
/// </remarks>
internal sealed class TreeCompaction(WritableTree tree, IPageMover mover)
{
    /// <summary>
    /// Pages of one operation: they all stay in the cache until its end. See
    /// <see cref="TreeWalk"/>.
    /// </summary>
    private const int PagesPerOperation = 64;

    private readonly WritablePath _path = new(tree);
    private LeafPacking? _packing;
    private int _looks;

    /// <summary>
    /// Goes on from a key (empty: from the beginning) until the mover is spent. Called inside an
    /// operation, which is ended and begun anew on the way.
    /// </summary>
    /// <returns>Where to go on; null at the end of the tree.</returns>
    public byte[]? Sweep(byte[] from)
    {
        byte[]? at = tree.Root.IsNone ? null : from;
        while (at is not null && !mover.IsSpent)
        {
            Renew();
            _path.Descend(at);
            at = SweepBranch(at);
        }

        return at;
    }

    /// <summary>Goes through the leaves of one branch, from the path's leaf on.</summary>
    private byte[]? SweepBranch(byte[] at)
    {
        TreePath steps = _path.Steps;
        int parent = steps.LastStep - 1;
        Look(steps.Depth);
        if (IsWanted(Math.Max(parent, 0))) _path.MakeWritable(Math.Max(parent, 0));
        if (parent < 0)
        {
            // The root is a leaf.
            return MoveExtents(steps.Page(0), null) ? null : at;
        }

        int first = steps.Index(parent);
        steps.Truncate(parent + 1);
        for (int child = first; child < new BranchPage(_path.Read(parent)).ChildCount;)
        {
            if (mover.IsSpent) return child == first ? at : SeparatorAt(parent, child - 1);
            if (_looks >= PagesPerOperation) Renew();
            if (mover.Packs && (_packing ??= new(_path, mover)).TryPack(parent, child)) continue;
            Look(1);
            PageReference leaf = MoveLeaf(parent, child);
            // Asks again for this leaf when it was not finished.
            if (MoveExtents(leaf, child)) child++;
        }

        byte[]? next = FindNext(parent);
        if (mover.Packs) Mend(parent);
        return next;
    }

    private bool IsWanted(int lastStep)
    {
        bool wanted = false;
        for (int step = 0; step <= lastStep; step++)
        {
            PageId id = _path.Steps.Page(step).Id;
            wanted |= !id.IsDirty && mover.Wants(id);
        }

        return wanted;
    }

    private PageReference MoveLeaf(int parent, int child)
    {
        PageReference leaf = new BranchPage(_path.Read(parent)).ChildAt(child);
        if (leaf.Id.IsDirty || !mover.Wants(leaf.Id)) return leaf;
        _path.MakeWritable(parent);
        return _path.MakeChildWritable(parent, child);
    }

    /// <summary>Moves the long values of a leaf; false if some are left to be asked for.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="child">Its place in the last page of the path; null for the root.</param>
    private bool MoveExtents(PageReference leaf, int? child)
    {
        if (!mover.MovesExtents) return true;
        int count = new LeafPage(TreeSearch.ReadPage(tree.Editor, leaf, 0)).CellCount;
        Span<byte> reference = stackalloc byte[ExtentReference.Size];
        for (int slot = 0; slot < count; slot++)
        {
            CellValue value = new LeafPage(tree.Editor.Read(leaf)).ValueAt(slot);
            if (value.Kind != CellKind.Extent) continue;
            if (mover.IsSpent) return false;
            if (!mover.TryMove(ExtentReference.Read(value.Bytes), out ExtentReference moved))
            {
                if (mover.IsSpent) return false;
                continue;
            }

            int last = _path.Steps.LastStep;
            _path.MakeWritable(last);
            leaf = child is { } index
                ? _path.MakeChildWritable(last, index)
                : _path.Steps.Page(0);
            if (PlantedBugs.KeepMovedReference) continue;
            moved.Write(reference);
            reference.CopyTo(new LeafPageWriter(tree.Editor.Write(leaf.Id)).ValueBytesAt(slot));
        }

        return true;
    }

    /// <summary>Joins a branch whose leaves have become fewer with a neighbour.</summary>
    private void Mend(int step)
    {
        while (step > 0 && (PageMerge.TryMergeWithLeft(_path, step) || PageMerge.Mend(_path, step)))
            step--;
        TreeDelete.ShrinkRoot(_path);
    }

    /// <summary>The lowest key behind the pages of a step; null at the end of the tree.</summary>
    private byte[]? FindNext(int step)
    {
        while (--step >= 0)
        {
            int child = _path.Steps.Index(step);
            if (child < new BranchPage(_path.Read(step)).ChildCount - 1)
                return SeparatorAt(step, child);
        }

        return null;
    }

    private byte[] SeparatorAt(int step, int index)
    {
        byte[] buffer = new byte[PageLimits.KeyBytesMax(tree.Editor.PageBytes)];
        int length = new BranchPage(_path.Read(step)).CopySeparator(index, buffer);
        return buffer[..length];
    }

    private void Look(int pages)
    {
        mover.Look(pages);
        _looks += pages;
    }

    /// <summary>No span of a page is in use here.</summary>
    private void Renew()
    {
        tree.Editor.Exit();
        tree.Editor.Enter();
        _looks = 0;
    }
}
