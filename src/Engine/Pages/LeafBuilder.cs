using System.Diagnostics;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>
/// Writes a leaf in its sealed form: cells in key order at the end of the page, the longest
/// prefix, heads as wide as they need to be, and zeros in the gap. Identity and CRC stay.
/// </summary>
internal ref struct LeafBuilder
{
    private readonly Span<byte> _page;
    private readonly int _slotsOffset;
    private int _added;
    private int _end;

    /// <param name="page">The leaf to overwrite.</param>
    /// <param name="count">How many cells follow.</param>
    /// <param name="cellBytes">Their size together.</param>
    public LeafBuilder(Span<byte> page, int count, int cellBytes)
    {
        Debug.Assert(Fits(page.Length, count, cellBytes));
        _page = page;
        _slotsOffset = LeafPage.HeadsOffset + (count * sizeof(uint));
        _end = page.Length - cellBytes;
        PageHeader.SetCellCount(page, count);
        PageHeader.SetHeapStart(page, _end);
        PageHeader.SetGarbage(page, 0);
        PageHeader.SetPrefix(page, default);
        page[PageHeader.FlagsOffset] = 0;
    }

    /// <summary>Whether cells fit a page, with narrow heads.</summary>
    public static bool Fits(int pageBytes, int count, int cellBytes) =>
        LeafPage.HeadsOffset + (count * (sizeof(uint) + LeafPage.SlotSize)) + cellBytes
            <= pageBytes;

    /// <summary>Overwrites a leaf with some of the cells, which must not lie in it.</summary>
    public static void Build(scoped in LeafCells cells, int from, int to, Span<byte> page)
    {
        int bytes = 0;
        for (int i = from; i < to; i++) bytes += cells.SizeAt(i);
        LeafBuilder builder = new(page, to - from, bytes);
        for (int i = from; i < to; i++) builder.Add(cells, i);
        builder.Finish();
    }

    public void Add(scoped in LeafCells cells, int index)
    {
        WriteUInt16LittleEndian(
            _page[(_slotsOffset + (_added * LeafPage.SlotSize))..], (ushort)_end);
        _end += cells.CopyTo(index, _page[_end..]);
        _added++;
    }

    public readonly void Finish()
    {
        Debug.Assert(_end == _page.Length);
        Debug.Assert(_added == PageHeader.CellCount(_page));
        LeafHeads.Choose(_page);
        LeafPage leaf = new(_page);
        _page.Slice(leaf.HeapStart - leaf.GapBytes, leaf.GapBytes).Clear();
    }
}
