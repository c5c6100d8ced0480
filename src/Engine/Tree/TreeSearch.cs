using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Tree;

/// <summary>Goes down from a page to a leaf, one level a step.</summary>
/// <remarks>
/// A page whose kind or level is not what its parent's level demands is damage. So every descent
/// ends after at most <see cref="PageLimits.TreeLevelsMax"/> steps, whatever the file holds.
/// </remarks>
internal static class TreeSearch
{
    /// <summary>
    /// The leaf where the key is or would be; it lives as long as the operation. The count of its
    /// reference is not read.
    /// </summary>
    /// <remarks>
    /// The same code in every process: optimized from the first call on, and what it calls once a
    /// level compiled into it. Left to the profile that the runtime collects, a get of a program
    /// that wrote first took 1,680 instructions, of one that only read 1,370.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static ReadOnlySpan<byte> FindLeaf<TReader>(
        TReader reader, scoped in PageReference root, ReadOnlySpan<byte> key,
        out PageReference leaf)
        where TReader : struct, IPageReader
    {
        PageReference at = root; // In registers, which what the caller gives is not.
        ReadOnlySpan<byte> page = reader.Read(at);
        int level = LevelOfRoot(at, page);
        while (level > 0)
        {
            BranchPage branch = new(page);
            at = branch.ChildIdentityAt(branch.FindChild(key));
            level--;
            page = reader.Read(at);
            CheckPage(at, page, level);
        }

        leaf = at;
        return page;
    }

    /// <summary>The way to a key: the path ends with its slot, or the one it would take.</summary>
    /// <returns>Whether the key is there.</returns>
    public static bool Descend(
        IPageSource source, scoped in PageReference root, ReadOnlySpan<byte> key, TreePath path)
    {
        LeafPage leaf = new(DescendToLeaf(source, root, key, path));
        SlotSearch found = leaf.Find(key);
        path.Index(path.LastStep) = found.Index;
        return found.Found;
    }

    /// <summary>The way to the key's leaf, of which no slot is looked for.</summary>
    public static ReadOnlySpan<byte> DescendToLeaf(
        IPageSource source, scoped in PageReference root, ReadOnlySpan<byte> key, TreePath path)
    {
        path.Truncate(0);
        PageReference at = root;
        ReadOnlySpan<byte> page = ReadRoot(source, root, out int level);
        while (level > 0)
        {
            BranchPage branch = new(page);
            int child = branch.FindChild(key);
            path.Push(at, child);
            at = branch.ChildAt(child);
            level--;
            page = ReadPage(source, at, level);
        }

        CheckCount(at, new LeafPage(page).CellCount);
        path.Push(at, 0);
        return page;
    }

    /// <summary>The way to the entry with <paramref name="index"/> keys before it.</summary>
    public static void DescendToIndex(
        IPageSource source, scoped in PageReference root, ulong index, TreePath path)
    {
        path.Truncate(0);
        PageReference at = root;
        ReadOnlySpan<byte> page = ReadRoot(source, root, out int level);
        while (level > 0)
        {
            int child = FindChildByIndex(at, new BranchPage(page), ref index);
            path.Push(at, child);
            at = new BranchPage(page).ChildAt(child);
            level--;
            page = ReadPage(source, at, level);
        }

        CheckCount(at, new LeafPage(page).CellCount);
        if (index >= at.Count) Throw.WrongCount(at.Id, at.Count, index + 1);
        path.Push(at, (int)index);
    }

    /// <summary>Goes on from a page to the first or last entry below it.</summary>
    public static void DescendToEdge(
        IPageSource source, PageReference at, int level, bool last, TreePath path)
    {
        ReadOnlySpan<byte> page = ReadPage(source, at, level);
        while (level > 0)
        {
            BranchPage branch = new(page);
            int child = last ? branch.ChildCount - 1 : 0;
            path.Push(at, child);
            at = branch.ChildAt(child);
            level--;
            page = ReadPage(source, at, level);
        }

        CheckLeaf(at, page);
        path.Push(at, last ? new LeafPage(page).CellCount - 1 : 0);
    }

    /// <summary>Refuses a page that is no leaf, or has no entry or another count of them.</summary>
    public static void CheckLeaf(scoped in PageReference reference, ReadOnlySpan<byte> page)
    {
        CheckPage(reference, page, 0);
        int count = new LeafPage(page).CellCount;
        CheckCount(reference, count);
        if (count == 0) Throw.EmptyPage(reference.Id);
    }

    public static ReadOnlySpan<byte> ReadRoot(
        IPageSource source, scoped in PageReference root, out int level)
    {
        ReadOnlySpan<byte> page = source.Read(root);
        level = LevelOfRoot(root, page);
        return page;
    }

    /// <summary>Reads a page that must stand at a level.</summary>
    public static ReadOnlySpan<byte> ReadPage(
        IPageSource source, scoped in PageReference reference, int level)
    {
        ReadOnlySpan<byte> page = source.Read(reference);
        CheckPage(reference, page, level);
        return page;
    }

    /// <summary>Refuses a page that stands at another level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public static void CheckPage(
        scoped in PageReference reference, ReadOnlySpan<byte> page, int level)
    {
        PageShape shape = new(page);
        if (shape.Level != level) Throw.WrongLevel(reference.Id, shape.Level, level);
        CheckKind(reference, shape, level);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    private static int LevelOfRoot(scoped in PageReference root, ReadOnlySpan<byte> page)
    {
        PageShape shape = new(page);
        int level = shape.Level;
        if (level >= PageLimits.TreeLevelsMax) Throw.TooManyLevels(root.Id, level);
        CheckKind(root, shape, level);
        return level;
    }

    private static void CheckKind(in PageReference reference, PageShape shape, int level)
    {
        PageKind expected = level == 0 ? PageKind.Leaf : PageKind.Branch;
        if (shape.Kind != expected) Throw.WrongKind(reference.Id, shape.Kind, level);
    }

    private static void CheckCount(in PageReference leaf, int cellCount)
    {
        if ((ulong)cellCount != leaf.Count)
            Throw.WrongCount(leaf.Id, (ulong)cellCount, leaf.Count);
    }

    private static int FindChildByIndex(in PageReference at, BranchPage branch, ref ulong index)
    {
        for (int child = 0; child < branch.ChildCount; child++)
        {
            ulong count = branch.CountAt(child);
            if (index < count) return child;
            index -= count;
        }

        Throw.WrongCount(at.Id, at.Count - index, at.Count);
        return -1;
    }
}
