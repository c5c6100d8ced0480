using System.Diagnostics;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>The way to the leaf being changed; makes its pages writable from the root on.</summary>
/// <remarks>
/// The references in <see cref="Steps"/>, the entries of their parents and the tree's root agree
/// at all times, counts included. Only the part from the root down to some step is writable.
/// </remarks>
internal sealed class WritablePath(WritableTree tree)
{
    private TreeGrowth? _growth;

    public WritableTree Tree { get; } = tree;

    public IPageEditor Editor { get; } = tree.Editor;

    public TreePath Steps { get; } = new();

    /// <summary>Made on the first need: most trees that change divide no page.</summary>
    public TreeGrowth Growth => _growth ??= new TreeGrowth(this);

    /// <summary>Finds the key's leaf; nothing is writable yet.</summary>
    public bool Descend(ReadOnlySpan<byte> key)
    {
        LeafPage leaf = new(TreeSearch.DescendToLeaf(Editor, Tree.Root, key, Steps));
        // In a large transaction this and the head are what a put waits for.
        if (Steps.Page(Steps.LastStep).Id.IsDirty) leaf.PrefetchGap();
        SlotSearch found = leaf.FindPlace(key);
        Steps.Index(Steps.LastStep) = found.Index;
        return found.Found;
    }

    public ReadOnlySpan<byte> Read(int step) => Editor.Read(Steps.Page(step));

    /// <summary>The bytes of a page made writable before.</summary>
    public Span<byte> Write(int step)
    {
        Debug.Assert(Editor.IsWritable(Steps.Page(step).Id));
        return Editor.Write(Steps.Page(step).Id);
    }

    /// <summary>Makes the pages down to a step writable; the tree reaches the copies.</summary>
    public void MakeWritable(int lastStep)
    {
        for (int step = 0; step <= lastStep; step++)
        {
            ref PageReference page = ref Steps.Page(step);
            if (Editor.IsWritable(page.Id)) continue;
            // Only while it is being changed may a branch be like that, and then it is dirty.
            bool isLeaf = step == Steps.LastStep;
            if (!isLeaf && PageMerge.IsTooSmall(Read(step))) Throw.SingleChild(page.Id);
            page = Editor.MakeWritable(page);
            Link(step);
        }
    }

    /// <summary>Makes a child of a writable page writable, on the path or not.</summary>
    public PageReference MakeChildWritable(int step, int child)
    {
        Span<byte> parent = Write(step);
        PageReference reference = new BranchPage(parent).ChildAt(child);
        if (Editor.IsWritable(reference.Id)) return reference;
        reference = Editor.MakeWritable(reference);
        new BranchPageWriter(parent).SetChild(child, reference);
        bool isOnPath = step < Steps.LastStep && child == Steps.Index(step);
        if (isOnPath) Steps.Page(step + 1) = reference;
        return reference;
    }

    /// <summary>Entries were added at or below a step: corrects counts up to the root.</summary>
    public void AddCount(int step, long delta)
    {
        for (; step >= 0; step--)
        {
            ref PageReference page = ref Steps.Page(step);
            page = page with { Count = page.Count + (ulong)delta };
            if (step == 0) Tree.SetRoot(page);
            else new BranchPageWriter(Write(step - 1)).AddCount(Steps.Index(step - 1), delta);
        }
    }

    /// <summary>Whether no page of its level lies before the step's.</summary>
    public bool IsFirst(int step)
    {
        while (--step >= 0)
        {
            if (Steps.Index(step) > 0) return false;
        }

        return true;
    }

    /// <summary>Whether no page of its level lies after the step's.</summary>
    public bool IsLast(int step)
    {
        while (--step >= 0)
        {
            if (Steps.Index(step) < new BranchPage(Read(step)).ChildCount - 1) return false;
        }

        return true;
    }

    /// <summary>Writes a step's reference where its parent, or the tree, keeps it.</summary>
    private void Link(int step)
    {
        ref PageReference page = ref Steps.Page(step);
        if (step == 0) Tree.SetRoot(page);
        else new BranchPageWriter(Write(step - 1)).SetChild(Steps.Index(step - 1), page);
    }
}
