using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>
/// Lets a full leaf give cells to a neighbour instead of being divided, or divides the two into
/// three: keys that come in any order then fill four fifths of the pages, not two thirds.
/// </summary>
/// <remarks>
/// Only a neighbour that the transaction has changed already takes part: a small commit would have
/// one page more to write, and gain nothing that counts.
/// </remarks>
internal static class LeafSharing
{
    /// <summary>
    /// Part of a page that a neighbour must have free to be given cells. With a fifth a random load
    /// fills 82 % of the pages and moves cells at 8 of 100 puts; with a quarter 80 % at 6, with a
    /// sixth 83 % at 9.
    /// </summary>
    private const int FreePartMin = 5;

    /// <summary>
    /// Puts a change into the path's leaf, which has no room for it, with a neighbour's help. The
    /// path is no longer valid if it does.
    /// </summary>
    /// <returns>False, and nothing changed, if no neighbour can help.</returns>
    public static bool TryShare(WritablePath path, scoped in LeafCells full)
    {
        int step = path.Steps.LastStep;
        int own = path.Steps.Index(step - 1);
        int neighbour = ChooseNeighbour(path, step - 1, own);
        if (neighbour < 0) return false;

        PageReference reference = new BranchPage(path.Read(step - 1)).ChildAt(neighbour);
        Span<byte> page = path.Editor.Write(reference.Id);
        if (full.ChangeLiesIn(page)) return false;
        LeafCells other = new(page);
        int free = LeafShare.RoomOf(page.Length) - other.UsedBytes;
        bool isRight = neighbour > own;
        if (free >= LeafShare.RoomOf(page.Length) / FreePartMin)
            return TryGive(path, full, other, reference, isRight);
        return isRight
            ? TryDivide(path, own, full, other, isOwnLeft: true)
            : TryDivide(path, neighbour, other, full, isOwnLeft: false);
    }

    /// <summary>The emptier of those that may be changed in place; below 0 if none may.</summary>
    private static int ChooseNeighbour(WritablePath path, int parentStep, int own)
    {
        BranchPage parent = new(path.Read(parentStep));
        int left = own > 0 ? UsedBytes(path, parent.ChildIdentityAt(own - 1)) : int.MaxValue;
        int right = own < parent.ChildCount - 1
            ? UsedBytes(path, parent.ChildIdentityAt(own + 1))
            : int.MaxValue;
        if (left == int.MaxValue && right == int.MaxValue) return -1;
        return left < right ? own - 1 : own + 1;
    }

    private static int UsedBytes(WritablePath path, in PageReference leaf) =>
        path.Editor.IsWritable(leaf.Id)
            ? new LeafCells(path.Editor.Read(leaf)).UsedBytes
            : int.MaxValue;

    private static bool TryGive(WritablePath path, scoped in LeafCells full,
        scoped in LeafCells other, in PageReference reference, bool isRight)
    {
        int step = path.Steps.LastStep;
        int own = path.Steps.Index(step - 1);
        Span<byte> page = path.Write(step);
        int given = LeafShare.CountToGive(full, other, isRight, page.Length);
        if (given == 0) return false;

        int kept = full.Count - given;
        int border = isRight ? kept : given;
        Span<byte> parent = path.Write(step - 1);
        Span<byte> separator = path.Growth.Separator;
        int length = CopySeparator(full.KeyAt(border - 1), full.KeyAt(border), separator);
        bool isReplaced = PlantedBugs.KeepSharedSeparator || BranchEdit.TryReplaceSeparator(
            parent, isRight ? own : own - 1, separator[..length]);
        if (!isReplaced) return false;

        LeafShare.Give(full, given, path.Editor.Write(reference.Id), isRight);
        int from = isRight ? 0 : given;
        LeafBuilder.Build(full.On(PageScratch.Copy(page)), from, from + kept, page);
        BranchPageWriter writer = new(parent);
        writer.SetChild(own, path.Steps.Page(step) with { Count = (ulong)kept });
        writer.SetChild(isRight ? own + 1 : own - 1,
            reference with { Count = reference.Count + (ulong)given });
        return true;
    }

    /// <summary>Divides two leaves into three, the new one between them.</summary>
    /// <param name="path">The way to one of them.</param>
    /// <param name="child">Which child of the parent the left one is.</param>
    /// <param name="left">Its cells.</param>
    /// <param name="right">The cells of the right one.</param>
    /// <param name="isOwnLeft">Whether the path leads to the left one.</param>
    private static bool TryDivide(WritablePath path, int child, scoped in LeafCells left,
        scoped in LeafCells right, bool isOwnLeft)
    {
        IPageEditor editor = path.Editor;
        int step = path.Steps.LastStep;
        (int ofLeft, int ofRight) = LeafShare.CountsBetween(left, right, editor.PageBytes);
        if (ofLeft == 0) return false;

        Span<byte> separator = path.Growth.Separator;
        Span<byte> parent = path.Write(step - 1);
        int length = CopySeparator(right.KeyAt(ofRight - 1), right.KeyAt(ofRight), separator);
        if (!BranchEdit.TryReplaceSeparator(parent, child, separator[..length])) return false;

        int border = left.Count - ofLeft;
        length = CopySeparator(left.KeyAt(border - 1), left.KeyAt(border), separator);
        PageReference between = editor.Allocate();
        Span<byte> page = editor.Write(between.Id);
        LeafPageWriter.Initialize(page, between.Id, editor.Birth);
        LeafShare.BuildBetween(left, ofLeft, right, ofRight, page);

        BranchPage branch = new(parent);
        PageReference first = branch.ChildAt(child) with { Count = (ulong)border };
        PageReference last = branch.ChildAt(child + 1) with
        {
            Count = (ulong)(right.Count - ofRight),
        };
        Keep(editor, first, left, 0, border, isOwnLeft);
        Keep(editor, last, right, ofRight, right.Count, !isOwnLeft);
        new BranchPageWriter(parent).SetChild(child + 1, last);
        path.Steps.Index(step - 1) = child;
        path.Growth.InsertAbove(
            step, first, length, between with { Count = (ulong)(ofLeft + ofRight) });
        return true;
    }

    /// <summary>Leaves a page some of its cells: all anew, or without those that went.</summary>
    private static void Keep(IPageEditor editor, in PageReference reference,
        scoped in LeafCells cells, int from, int to, bool isChanged)
    {
        Span<byte> page = editor.Write(reference.Id);
        if (isChanged)
            LeafBuilder.Build(cells.On(PageScratch.Copy(page)), from, to, page);
        else if (from > 0)
            new LeafPageWriter(page).RemoveRange(0, from);
        else
            new LeafPageWriter(page).RemoveRange(to, cells.Count - to);
    }

    private static int CopySeparator(
        ReadOnlySpan<byte> below, ReadOnlySpan<byte> above, Span<byte> separator)
    {
        int length = Separator.Shortest(below, above);
        above[..length].CopyTo(separator);
        return length;
    }
}
