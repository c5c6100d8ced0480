using System.Diagnostics;

namespace KvCow.Engine.Pages;

/// <summary>
/// Changes which separators and children a branch has, writing the page anew where moving a part of
/// it does not do.
/// </summary>
internal static class BranchEdit
{
    /// <summary>Makes a page the branch over the two halves of what was the root.</summary>
    public static void InitializeRoot(
        Span<byte> page, PageId id, TransactionId birth, int level,
        in PageReference leftChild, ReadOnlySpan<byte> separator, in PageReference rightChild)
    {
        Initialize(page, id, birth, level);
        BranchContent content = BranchContent.Start();
        content.InsertSeparator(0, separator);
        content.Children.Add(leftChild);
        content.Children.Add(rightChild);
        Encode(content, 0, 1, page);
    }

    /// <summary>Inserts a new child to the right of another.</summary>
    /// <returns>False, and nothing changed, if it does not fit.</returns>
    public static bool TryInsert(
        Span<byte> page, int childIndex, ReadOnlySpan<byte> separator, in PageReference newRight)
    {
        if (BranchShift.TryInsert(page, childIndex, separator, newRight)) return true;
        BranchContent content = BranchContent.Of(page);
        content.InsertSeparator(childIndex, separator);
        content.Children.Insert(childIndex + 1, newRight);
        return BranchEncoder.TryEncode(content, 0, content.SeparatorCount, page);
    }

    /// <summary>Gives two neighbouring children another separator.</summary>
    /// <returns>False, and nothing changed, if it does not fit.</returns>
    public static bool TryReplaceSeparator(
        Span<byte> page, int index, ReadOnlySpan<byte> separator)
    {
        if (BranchShift.TryReplace(page, index, separator)) return true;
        BranchContent content = BranchContent.Of(page);
        content.RemoveSeparator(index);
        content.InsertSeparator(index, separator);
        return BranchEncoder.TryEncode(content, 0, content.SeparatorCount, page);
    }

    /// <summary>
    /// Removes a child and the separator to its left (the first child: to its right). A branch may
    /// be left with one child, but not without any.
    /// </summary>
    public static void RemoveChild(Span<byte> page, int childIndex)
    {
        BranchContent content = BranchContent.Of(page);
        Debug.Assert(content.SeparatorCount > 0);
        content.RemoveSeparator(Math.Max(childIndex - 1, 0));
        content.Children.RemoveAt(childIndex);
        Encode(content, 0, content.SeparatorCount, page);
    }

    /// <summary>
    /// Inserts a child into a branch that has no room for it and moves the upper children to a new
    /// page, whose identity is set and whose level is taken from the left page.
    /// </summary>
    /// <param name="left">The full branch; keeps the lower children.</param>
    /// <param name="right">A page with id and birth; gets the upper children.</param>
    /// <param name="childIndex">The child that the new one follows.</param>
    /// <param name="separator">Divides the two.</param>
    /// <param name="newRight">The new child.</param>
    /// <param name="upSeparator">A buffer of the longest key for what moves up.</param>
    /// <param name="bias">Where to divide.</param>
    /// <returns>The length of the separator that moves up.</returns>
    public static int InsertAndSplit(
        Span<byte> left, Span<byte> right, int childIndex, ReadOnlySpan<byte> separator,
        in PageReference newRight, Span<byte> upSeparator, SplitBias bias = SplitBias.Ascending)
    {
        BranchContent content = BranchContent.Of(left);
        content.InsertSeparator(childIndex, separator);
        content.Children.Insert(childIndex + 1, newRight);
        Initialize(right, PageHeader.Id(right), PageHeader.Birth(right), PageHeader.Level(left));
        int middle = BranchDivision.Choose(content, childIndex, left.Length, bias);
        int length = content.LengthAt(middle);
        content.CopyTo(middle, 0, upSeparator[..length]);
        Encode(content, 0, middle, left);
        Encode(content, middle + 1, content.SeparatorCount, right);
        return length;
    }

    /// <summary>Appends the children of the right branch to the left one.</summary>
    /// <returns>False, and nothing changed, if they do not fit.</returns>
    public static bool TryMerge(
        Span<byte> left, ReadOnlySpan<byte> separatorBetween, ReadOnlySpan<byte> right)
    {
        BranchContent content = BranchContent.Of(left);
        content.InsertSeparator(content.SeparatorCount, separatorBetween);
        content.Append(right);
        return BranchEncoder.TryEncode(content, 0, content.SeparatorCount, left);
    }

    /// <summary>Encodes what always fits: fewer separators than a page held, or very few.</summary>
    private static void Encode(BranchContent content, int from, int to, Span<byte> page)
    {
        if (!BranchEncoder.TryEncode(content, from, to, page))
            throw new UnreachableException("separators do not fit their page");
    }

    private static void Initialize(Span<byte> page, PageId id, TransactionId birth, int level)
    {
        PageHeader.Initialize(page, id, birth, PageKind.Branch);
        page[PageHeader.LevelOffset] = (byte)level;
    }
}
