using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Deletes a range of keys by cutting whole subtrees off.</summary>
/// <remarks>
/// The paths to the two bounds part at a step, the fork. Between the paths everything goes: at the
/// fork the children between the two, below it those to the right of the first path and to the left
/// of the second. That may leave pages on the two paths with too little, which are mended then.
/// </remarks>
internal sealed class TreeDeleteRange(WritablePath path, byte[] from, byte[] to, bool toEnd)
{
    // The fork of a range without upper bound: everything to the right of the first path goes.
    private const int AboveRoot = -1;

    /// <summary>Deletes the range, which is known not to be empty.</summary>
    public void Delete()
    {
        path.Descend(from);
        int leafStep = path.Steps.LastStep;
        int fork = toEnd ? AboveRoot : FindFork(leafStep);
        CutAfterFirstPath(fork, leafStep);
        bool hasSecondPath = fork != AboveRoot && fork != leafStep;
        if (hasSecondPath) CutBeforeSecondPath(fork);
        MendPathOf(from);
        if (hasSecondPath) MendPathOf(to);
    }

    private int FindFork(int leafStep)
    {
        int step = 0;
        while (step < leafStep && ChildOf(to, step) == path.Steps.Index(step)) step++;
        return step;
    }

    private int ChildOf(byte[] key, int step) => new BranchPage(path.Read(step)).FindChild(key);

    private void CutAfterFirstPath(int fork, int leafStep)
    {
        path.MakeWritable(leafStep);
        LeafPage leaf = new(path.Write(leafStep));
        int end = fork == leafStep ? leaf.Find(to).Index : leaf.CellCount;
        RemoveCells(leafStep, path.Steps.Index(leafStep), end);
        for (int step = leafStep - 1; step >= Math.Max(fork, 0); step--)
        {
            int endChild = step == fork
                ? ChildOf(to, step)
                : new BranchPage(path.Read(step)).ChildCount;
            RemoveChildren(step, path.Steps.Index(step) + 1, endChild);
        }
    }

    private void CutBeforeSecondPath(int fork)
    {
        path.Descend(to);
        int leafStep = path.Steps.LastStep;
        path.MakeWritable(leafStep);
        RemoveCells(leafStep, 0, path.Steps.Index(leafStep));
        for (int step = leafStep - 1; step > fork; step--)
        {
            RemoveChildren(step, 0, path.Steps.Index(step));
            path.Steps.Index(step) = 0;
        }
    }

    private void RemoveCells(int leafStep, int index, int end)
    {
        if (end <= index) return;
        Span<byte> page = path.Write(leafStep);
        for (int i = index; i < end; i++) TreeDelete.FreeExtentAt(path.Editor, page, i);
        new LeafPageWriter(page).RemoveRange(index, end - index);
        path.AddCount(leafStep, index - end);
    }

    private void RemoveChildren(int step, int index, int end)
    {
        Span<byte> page = path.Write(step);
        ulong removed = 0;
        for (int i = end - 1; i >= index; i--)
        {
            PageReference child = new BranchPage(page).ChildAt(i);
            removed += child.Count;
            BranchEdit.RemoveChild(page, i);
            TreeRelease.Free(path.Editor, child);
        }

        // While children before it go, the path's own index is not right, but its parents' are.
        path.AddCount(step, -(long)removed);
    }

    /// <summary>
    /// From the root down, as a page can only be mended when its parent has another child.
    /// </summary>
    private void MendPathOf(byte[] key)
    {
        while (true)
        {
            TreeDelete.ShrinkRoot(path);
            if (path.Tree.Root.IsNone) return;
            path.Descend(key);
            int step = FindTooSmall();
            if (step > path.Steps.LastStep) break;
            PageMerge.Mend(path, step);
        }

        TreeDelete.Shrink(path);
    }

    private int FindTooSmall()
    {
        int step = 1;
        while (step <= path.Steps.LastStep && !PageMerge.IsTooSmall(path.Read(step))) step++;
        return step;
    }
}
