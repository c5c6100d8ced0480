using System.Diagnostics;

namespace KvCow.Engine.Pages;

/// <summary>Divides a full leaf in two around a separator for the parent.</summary>
internal static class LeafSplit
{
    /// <summary>
    /// Inserts a cell into a leaf that has no room for it (or gives one a value there is no room
    /// for) and moves the upper part of the cells to a new leaf.
    /// </summary>
    /// <param name="left">The full leaf; keeps the lower cells.</param>
    /// <param name="right">An initialized, empty leaf; gets the upper cells.</param>
    /// <param name="index">Where the cell comes in, or which cell is replaced.</param>
    /// <param name="key">Its key. Like the value, it must not lie in either page.</param>
    /// <param name="kind">What the value is.</param>
    /// <param name="value">Its value.</param>
    /// <param name="separator">A buffer of the longest key for the separator.</param>
    /// <param name="replace">Replace instead of insert.</param>
    /// <param name="bias">Where to divide.</param>
    /// <returns>Length of the separator: above the left, not above the right page's keys.</returns>
    public static int Split(
        Span<byte> left, Span<byte> right, int index, ReadOnlySpan<byte> key, CellKind kind,
        ReadOnlySpan<byte> value, Span<byte> separator, bool replace = false,
        SplitBias bias = SplitBias.Ascending)
    {
        LeafCells cells = new(PageScratch.Copy(left), index, replace, key, kind, value);
        Debug.Assert(cells.Count >= 2);
        int middle = replace ? HalfOf(cells) : bias switch
        {
            SplitBias.Ascending when index == cells.Count - 1 => index,
            SplitBias.Descending when index == 0 => 1,
            _ => HalfOf(cells),
        };

        ReadOnlySpan<byte> above = cells.KeyAt(middle);
        int length = Separator.Shortest(cells.KeyAt(middle - 1), above);
        above[..length].CopyTo(separator);
        LeafBuilder.Build(cells, 0, middle, left);
        LeafBuilder.Build(cells, middle, cells.Count, right);
        return length;
    }

    /// <summary>How many cells go left so that the two sides differ least.</summary>
    /// <remarks>
    /// Either side gets at most half of everything and half a cell: with cells of at most a
    /// quarter page and a little, that fits.
    /// </remarks>
    private static int HalfOf(scoped in LeafCells cells)
    {
        const int SlotAndHead = LeafPage.SlotSize + sizeof(uint);
        int total = 0;
        for (int i = 0; i < cells.Count; i++) total += cells.SizeAt(i) + SlotAndHead;
        int below = cells.SizeAt(0) + SlotAndHead;
        int middle = 1;
        while (middle < cells.Count - 1)
        {
            int next = cells.SizeAt(middle) + SlotAndHead;
            if ((2 * below) + next > total) break;
            below += next;
            middle++;
        }

        return middle;
    }
}
