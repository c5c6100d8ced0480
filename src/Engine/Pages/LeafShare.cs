using System.Diagnostics;

namespace KvCow.Engine.Pages;

/// <summary>
/// Moves cells between neighbouring leaves, one of which has no room for a change.
/// </summary>
/// <remarks>
/// What is moved is counted from the border of the two pages, by the figures in their headers: the
/// neighbour of a random page is far from the processor, so as little of it as possible is read.
/// </remarks>
internal static class LeafShare
{
    private const int SlotAndHead = LeafPage.SlotSize + sizeof(uint);

    /// <summary>Bytes of a leaf that cells, heads and slots can fill.</summary>
    public static int RoomOf(int pageBytes) => pageBytes - LeafPage.HeadsOffset;

    /// <summary>
    /// How many cells the full leaf has to give so that both fill about the same; 0 if that
    /// does not make the change fit.
    /// </summary>
    /// <param name="full">Its cells, with the change.</param>
    /// <param name="other">The neighbour's.</param>
    /// <param name="isRight">Whether the neighbour is the right one.</param>
    /// <param name="pageBytes">Size of a page.</param>
    public static int CountToGive(
        scoped in LeafCells full, scoped in LeafCells other, bool isRight, int pageBytes)
    {
        int room = RoomOf(pageBytes);
        int half = (full.UsedBytes - other.UsedBytes) / 2;
        int count = CountOf(full, isRight, half, out int bytes);
        bool fits = full.UsedBytes - bytes <= room && other.UsedBytes + bytes <= room;
        return fits ? count : 0;
    }

    /// <summary>
    /// How many of the last cells of a leaf and of the first ones of its neighbour a page between
    /// them has to get so that the three fill about the same. Both are 0 if that does not fit.
    /// </summary>
    public static (int Left, int Right) CountsBetween(
        scoped in LeafCells left, scoped in LeafCells right, int pageBytes)
    {
        int room = RoomOf(pageBytes);
        int third = (left.UsedBytes + right.UsedBytes) / 3;
        int ofLeft = CountOf(left, true, left.UsedBytes - third, out int leftBytes);
        int ofRight = CountOf(right, false, right.UsedBytes - third, out int rightBytes);
        bool fits = left.UsedBytes - leftBytes <= room && right.UsedBytes - rightBytes <= room
            && leftBytes + rightBytes <= room;
        return fits && ofLeft > 0 && ofRight > 0 ? (ofLeft, ofRight) : (0, 0);
    }

    /// <summary>Copies cells from the border of a leaf into the neighbour there.</summary>
    public static void Give(
        scoped in LeafCells from, int count, Span<byte> neighbour, bool isRight)
    {
        LeafPageWriter writer = new(neighbour);
        int first = isRight ? from.Count - count : 0;
        int slot = isRight ? 0 : new LeafPage(neighbour).CellCount;
        for (int i = 0; i < count; i++)
        {
            CellValue value = from.ValueAt(first + i);
            bool fits = writer.TryInsert(slot + i, from.KeyAt(first + i), value.Kind, value.Bytes);
            if (!fits) throw new UnreachableException("cells that were counted do not fit");
        }
    }

    /// <summary>Fills a page with the last cells of a leaf and the first of the next.</summary>
    public static void BuildBetween(
        scoped in LeafCells left, int ofLeft, scoped in LeafCells right, int ofRight,
        Span<byte> page)
    {
        int bytes = 0;
        for (int i = left.Count - ofLeft; i < left.Count; i++) bytes += left.SizeAt(i);
        for (int i = 0; i < ofRight; i++) bytes += right.SizeAt(i);
        LeafBuilder builder = new(page, ofLeft + ofRight, bytes);
        for (int i = left.Count - ofLeft; i < left.Count; i++) builder.Add(left, i);
        for (int i = 0; i < ofRight; i++) builder.Add(right, i);
        builder.Finish();
    }

    /// <summary>
    /// How many cells from one end have about so many bytes; all but one at most.
    /// </summary>
    private static int CountOf(
        scoped in LeafCells cells, bool fromEnd, int wantedBytes, out int bytes)
    {
        int count = 0;
        bytes = 0;
        while (count < cells.Count - 1)
        {
            int index = fromEnd ? cells.Count - 1 - count : count;
            int next = cells.SizeAt(index) + SlotAndHead;
            if ((2 * bytes) + next > 2 * wantedBytes) break;
            bytes += next;
            count++;
        }

        return count;
    }
}
