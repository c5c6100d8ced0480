using System.Diagnostics;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Joins thin pages with a neighbour of the same parent.</summary>
/// <remarks>
/// A leaf may stay thin where both neighbours are full. A branch keeps at least two children: if it
/// cannot be joined, a neighbour that full gives a child away.
/// </remarks>
internal static class PageMerge
{
    // Below a quarter a page looks for a neighbour. The two together fill at most nine tenths:
    // were they to fill a whole page, the next put could divide it again.
    private static int ThinBytes(int pageBytes) => pageBytes / 4;

    private static int MergedBytesMax(int pageBytes) => pageBytes / 10 * 9;

    /// <summary>Whether a page other than the root must not stay as it is.</summary>
    public static bool IsTooSmall(ReadOnlySpan<byte> page) => PageHeader.Level(page) == 0
        ? new LeafPage(page).CellCount == 0
        : new BranchPage(page).ChildCount < 2;

    /// <summary>Mends the page at a step below the root if it is thin.</summary>
    /// <returns>True if the parent has lost a child.</returns>
    public static bool Mend(WritablePath path, int step)
    {
        ReadOnlySpan<byte> page = path.Read(step);
        bool mustMend = IsTooSmall(page);
        if (!mustMend && UsedBytes(page) >= ThinBytes(page.Length)) return false;

        path.MakeWritable(step - 1);
        int level = PageHeader.Level(page);
        int child = path.Steps.Index(step - 1);
        Span<byte> parent = path.Write(step - 1);
        if (mustMend && level == 0)
        {
            BranchEdit.RemoveChild(parent, child);
            path.Editor.Free(path.Steps.Page(step), PageKind.Leaf);
            return true;
        }

        // To the right first: there only the thin page has to be writable, and it mostly is.
        bool hasRight = child < new BranchPage(parent).ChildCount - 1;
        int bytesMax = mustMend ? int.MaxValue : MergedBytesMax(page.Length);
        if (hasRight && TryMerge(path, step - 1, child, level, bytesMax)) return true;
        if (child > 0 && TryMerge(path, step - 1, child - 1, level, bytesMax)) return true;
        if (mustMend) Borrow(path, step, level, hasRight);
        return false;
    }

    /// <summary>
    /// Joins a branch with the one to its left if a page holds both, however full it gets.
    /// </summary>
    /// <returns>True if the parent has lost a child.</returns>
    public static bool TryMergeWithLeft(WritablePath path, int step)
    {
        int left = path.Steps.Index(step - 1) - 1;
        if (left < 0) return false;
        int level = PageHeader.Level(path.Read(step));
        PageReference reference = new BranchPage(path.Read(step - 1)).ChildAt(left);
        int used = UsedBytes(TreeSearch.ReadPage(path.Editor, reference, level));
        // Nothing becomes writable in vain; what they share, such as a header, counts twice here.
        if (used + UsedBytes(path.Read(step)) > path.Editor.PageBytes) return false;
        path.MakeWritable(step - 1);
        return TryMerge(path, step - 1, left, level, int.MaxValue);
    }

    /// <summary>Joins two neighbouring children of a writable page.</summary>
    private static bool TryMerge(
        WritablePath path, int parentStep, int leftChild, int level, int bytesMax)
    {
        IPageEditor editor = path.Editor;
        Span<byte> parent = path.Write(parentStep);
        PageReference left = new BranchPage(parent).ChildAt(leftChild);
        PageReference right = new BranchPage(parent).ChildAt(leftChild + 1);
        ReadOnlySpan<byte> rightPage = TreeSearch.ReadPage(editor, right, level);
        int bytes = UsedBytes(TreeSearch.ReadPage(editor, left, level)) + UsedBytes(rightPage);
        if (bytes > bytesMax) return false;

        left = path.MakeChildWritable(parentStep, leftChild);
        Span<byte> leftPage = editor.Write(left.Id);
        if (level == 0)
        {
            if (!LeafMerge.TryMerge(leftPage, rightPage)) return false;
        }
        else
        {
            Span<byte> separator = path.Growth.Separator;
            int length = new BranchPage(parent).CopySeparator(leftChild, separator);
            if (!BranchEdit.TryMerge(leftPage, separator[..length], rightPage)) return false;
        }

        new BranchPageWriter(parent).SetChild(
            leftChild, left with { Count = left.Count + right.Count });
        BranchEdit.RemoveChild(parent, leftChild + 1);
        editor.Free(right, level == 0 ? PageKind.Leaf : PageKind.Branch);
        return true;
    }

    /// <summary>Moves a neighbour's nearest child over to a branch with a single child.</summary>
    private static void Borrow(WritablePath path, int step, int level, bool fromRight)
    {
        path.MakeWritable(step);
        int child = path.Steps.Index(step - 1);
        int neighbour = fromRight ? child + 1 : child - 1;
        PageReference lender = path.MakeChildWritable(step - 1, neighbour);
        Span<byte> lenderPage = path.Editor.Write(lender.Id);
        BranchPage source = new(lenderPage);
        // With fewer it would have been merged: three separators fit in any page.
        Debug.Assert(source.ChildCount > 2);
        int lentChild = fromRight ? 0 : source.ChildCount - 1;
        PageReference lent = source.ChildAt(lentChild);
        lender = lender with { Count = lender.Count - lent.Count };

        PageReference borrower = TakeChild(path, step, level, lent, fromRight);
        int length = source.CopySeparator(
            fromRight ? 0 : source.ChildCount - 2, path.Growth.Separator);
        BranchEdit.RemoveChild(lenderPage, lentChild);
        RelinkPair(
            path, step, fromRight ? borrower : lender, length, fromRight ? lender : borrower);
    }

    /// <summary>Rewrites a branch with a single child as one with two.</summary>
    private static PageReference TakeChild(
        WritablePath path, int step, int level, in PageReference lent, bool fromRight)
    {
        PageReference borrower = path.Steps.Page(step);
        Span<byte> page = path.Write(step);
        PageReference own = new BranchPage(page).ChildAt(0);
        int child = path.Steps.Index(step - 1);
        Span<byte> between = path.Growth.Separator;
        int length = new BranchPage(path.Read(step - 1))
            .CopySeparator(fromRight ? child : child - 1, between);
        BranchEdit.InitializeRoot(
            page,
            borrower.Id,
            path.Editor.Birth,
            level,
            fromRight ? own : lent,
            between[..length],
            fromRight ? lent : own);
        return borrower with { Count = borrower.Count + lent.Count };
    }

    /// <summary>Gives two neighbours a new separator, which may divide their parent.</summary>
    private static void RelinkPair(
        WritablePath path, int step, in PageReference left, int length, in PageReference right)
    {
        ref int child = ref path.Steps.Index(step - 1);
        bool isLeft = left.Id == path.Steps.Page(step).Id;
        int leftChild = isLeft ? child : child - 1;
        BranchEdit.RemoveChild(path.Write(step - 1), leftChild + 1);
        child = leftChild;
        path.Growth.InsertAbove(step, left, length, right);
    }

    private static int UsedBytes(ReadOnlySpan<byte> page) => PageHeader.Level(page) == 0
        ? new LeafPage(page).UsedBytes
        : new BranchPage(page).UsedBytes;
}
