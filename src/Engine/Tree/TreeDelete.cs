using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Deletes one cell and lets the tree shrink.</summary>
internal static class TreeDelete
{
    /// <summary>Deletes the cell that the path leads to.</summary>
    public static void DeleteCell(WritablePath path)
    {
        int step = path.Steps.LastStep;
        path.MakeWritable(step);
        Span<byte> page = path.Write(step);
        int slot = path.Steps.Index(step);
        FreeExtentAt(path.Editor, page, slot);
        new LeafPageWriter(page).RemoveAt(slot);
        path.AddCount(step, -1);
        Shrink(path);
    }

    /// <summary>Mends thin pages from the leaf up, as long as parents lose children.</summary>
    public static void Shrink(WritablePath path)
    {
        int step = path.Steps.LastStep;
        while (step > 0 && PageMerge.Mend(path, step)) step--;
        ShrinkRoot(path);
    }

    /// <summary>A root with one child gives way to the child; an empty one to no tree.</summary>
    public static void ShrinkRoot(WritablePath path)
    {
        while (!path.Tree.Root.IsNone)
        {
            PageReference root = path.Tree.Root;
            ReadOnlySpan<byte> page = TreeSearch.ReadRoot(path.Editor, root, out int level);
            if (level > 0)
            {
                BranchPage branch = new(page);
                if (branch.ChildCount > 1) return;
                path.Tree.SetRoot(branch.ChildAt(0));
                path.Editor.Free(root, PageKind.Branch);
                continue;
            }

            if (new LeafPage(page).CellCount > 0) return;
            path.Tree.SetRoot(PageReference.None);
            path.Editor.Free(root, PageKind.Leaf);
        }
    }

    /// <summary>Frees the long value of a cell, if it has one.</summary>
    public static void FreeExtentAt(IPageEditor editor, ReadOnlySpan<byte> page, int slot)
    {
        CellValue old = new LeafPage(page).ValueAt(slot);
        if (old.Kind == CellKind.Extent) editor.FreeExtent(ExtentReference.Read(old.Bytes));
    }
}
