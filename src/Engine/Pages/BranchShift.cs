using System.Diagnostics;

namespace KvCow.Engine.Pages;

/// <summary>
/// Changes the separators of a branch that has them in its heads by moving what lies behind, with
/// the result that writing the page anew would have.
/// </summary>
/// <remarks>
/// The usual case, at a twentieth of the price: pages divided at random change their parents once
/// in 15 puts, and reading and writing 100 separators each time was a ninth of a load.
/// </remarks>
internal static class BranchShift
{
    /// <summary>Inserts a new child to the right of another.</summary>
    /// <returns>False, and nothing changed, if that takes more than moving.</returns>
    public static bool TryInsert(
        Span<byte> page, int childIndex, ReadOnlySpan<byte> separator, in PageReference newRight)
    {
        BranchLayout layout = BranchLayout.Of(page);
        if (!TryHeadOf(page, layout, separator, out ulong head)) return false;
        BranchLayout after = new(layout.SeparatorCount + 1, layout.HeadBytes, headOnly: true);
        if (after.End > page.Length - PageHeader.PrefixLength(page)) return false;

        // From the last array to the first: each moves over where the next one lay.
        OpenGap(page, layout.CountsOffset, after.CountsOffset, layout.ChildCount,
            childIndex + 1, sizeof(ulong));
        OpenGap(page, layout.ChildrenOffset, after.ChildrenOffset, layout.ChildCount,
            childIndex + 1, PageReference.IdentitySize);
        OpenGap(page, layout.HeadsOffset, after.HeadsOffset, layout.SeparatorCount,
            childIndex, layout.HeadBytes);
        int headsEnd = after.HeadsOffset + (after.SeparatorCount * after.HeadBytes);
        page[headsEnd..after.ChildrenOffset].Clear();
        PageHeader.SetCellCount(page, after.SeparatorCount);
        BranchHeads.Write(page, after, childIndex, head);
        BranchHeads.WriteHints(page, after);
        new BranchPageWriter(page).SetChild(childIndex + 1, newRight);
        return true;
    }

    /// <summary>Gives two neighbouring children another separator.</summary>
    /// <returns>False, and nothing changed, if that takes more than overwriting one.</returns>
    public static bool TryReplace(Span<byte> page, int index, ReadOnlySpan<byte> separator)
    {
        BranchLayout layout = BranchLayout.Of(page);
        // The outermost say what the prefix is.
        if (index == 0 || index == layout.SeparatorCount - 1) return false;
        if (!TryHeadOf(page, layout, separator, out ulong head)) return false;
        if (layout.HeadBytes == sizeof(ulong) && !NeedsWideHeads(page, layout, index, head))
            return false;

        BranchHeads.Write(page, layout, index, head);
        BranchHeads.WriteHints(page, layout);
        return true;
    }

    /// <summary>What the separator's head is, if the page's form suits the separator.</summary>
    private static bool TryHeadOf(ReadOnlySpan<byte> page, BranchLayout layout,
        ReadOnlySpan<byte> separator, out ulong head)
    {
        head = 0;
        ReadOnlySpan<byte> prefix = new BranchPage(page).Prefix;
        // A single separator is all prefix, and without one there is none.
        if (!layout.HeadOnly || layout.SeparatorCount < 2 || !separator.StartsWith(prefix))
            return false;
        ReadOnlySpan<byte> suffix = separator[prefix.Length..];
        if (suffix.Length > layout.HeadBytes) return false;
        // Could not be told from its padding.
        if (suffix.Length > 0 && suffix[^1] == 0) return false;
        head = KeyHead.Of(suffix, 0);
        return true;
    }

    /// <summary>Whether a page would have 8-byte heads with another head at an index.</summary>
    private static bool NeedsWideHeads(
        ReadOnlySpan<byte> page, BranchLayout layout, int index, ulong head)
    {
        if ((uint)head != 0) return true;
        BranchPage branch = new(page);
        for (int i = 0; i < layout.SeparatorCount; i++)
            if (i != index && (uint)branch.HeadAt(i) != 0) return true;
        return false;
    }

    /// <summary>Moves an array up, its elements from an index on by one more.</summary>
    private static void OpenGap(
        Span<byte> page, int from, int to, int count, int index, int elementBytes)
    {
        Debug.Assert(to >= from);
        int below = index * elementBytes;
        page.Slice(from + below, (count - index) * elementBytes)
            .CopyTo(page[(to + below + elementBytes)..]);
        if (to > from) page.Slice(from, below).CopyTo(page[to..]);
    }
}
