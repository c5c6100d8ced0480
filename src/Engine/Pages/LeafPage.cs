using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET       SIZE   FIELD
//       0         40   page header
//      40      W * n   heads: the W (4 or 8) bytes behind the prefix of each key, as the number
//                      they are in big endian, stored in little endian; ascending
//  40+Wn       2 * n   slots: the offset of each cell, in key order
//                      free gap
//  heap start          cells, see LeafCell, with dead bytes between them where they changed
/// <summary>Reads a leaf: keys in ascending order and their values.</summary>
/// <remarks>
/// In a sealed leaf the prefix is the longest that all keys share, cells lie in key order and
/// nothing between them is dead. In a leaf that is being changed the prefix may be any that all
/// keys share. An empty leaf has no prefix.
/// </remarks>
internal readonly ref struct LeafPage(ReadOnlySpan<byte> page)
{
    public const int HeadsOffset = PageHeader.Size;
    public const int SlotSize = sizeof(ushort);

    /// <summary>What a search needs of a usual leaf before it comes to the cell.</summary>
    public const int SearchBytes = 192;

    /// <summary>Of a cell: a usual one whole. The processor goes on by itself.</summary>
    private const int PrefetchedBytes = 256;

    private readonly ReadOnlySpan<byte> _page = page;

    public int CellCount => PageHeader.CellCount(_page);

    public int PrefixLength => PageHeader.PrefixLength(_page);

    /// <summary>Bytes per head: 4 or 8.</summary>
    public int HeadBytes => 4 << (PageHeader.Flags(_page) & PageHeader.WideHeadsFlag);

    public int HeapStart => (int)PageHeader.HeapStart(_page);

    public int Garbage => (int)PageHeader.Garbage(_page);

    public int SlotsOffset => HeadsOffset + (CellCount * HeadBytes);

    /// <summary>Bytes between the slots and the heap.</summary>
    public int GapBytes => HeapStart - SlotsOffset - (CellCount * SlotSize);

    /// <summary>Bytes of all cells, without their heads and slots.</summary>
    public int CellBytes => _page.Length - HeapStart - Garbage;

    /// <summary>Bytes that carry something, header included.</summary>
    public int UsedBytes => HeadsOffset + (CellCount * (HeadBytes + SlotSize)) + CellBytes;

    /// <summary>The place of the key, or of the first key above it.</summary>
    public SlotSearch Find(ReadOnlySpan<byte> key)
    {
        HeadSearch.Prefetch(_page);
        return FindFrom(key, CountHeadsBelow(new PageShape(_page), key));
    }

    /// <summary>The value of the key, if it is there.</summary>
    public bool TryFind(ReadOnlySpan<byte> key, out CellValue value)
    {
        HeadSearch.Prefetch(_page);
        return TryFindFrom(key, CountHeadsBelow(new PageShape(_page), key), out value);
    }

    /// <summary>The same from where <see cref="BeginFind"/> led.</summary>
    public bool TryFindFrom(ReadOnlySpan<byte> key, int index, out CellValue value)
    {
        int cell = PageSearch.FindCell(
            ref MemoryMarshal.GetReference(_page), new PageShape(_page), index,
            ref MemoryMarshal.GetReference(key), key.Length);
        if (cell < 0)
        {
            SlotSearch at = FindFrom(key, index);
            cell = at.Found ? CellOffsetAt(at.Index) : 0;
        }

        value = cell > 0 ? ValueIn(cell) : default;
        return cell > 0;
    }

    /// <summary>
    /// The same, faster for a key that is not there: no cell is looked at, but where heads are
    /// equal.
    /// </summary>
    public SlotSearch FindPlace(ReadOnlySpan<byte> key)
    {
        HeadSearch.Prefetch(_page);
        PageShape shape = new(_page);
        int index = CountHeadsBelow(shape, key);
        int prefixLength = shape.PrefixLength;
        if (prefixLength > sizeof(ulong)) return FindFrom(key, index);
        int order = prefixLength == 0
            ? 0
            : KeyPrefix.CompareSample(_page, prefixLength, key);
        if (order != 0) return new SlotSearch(order < 0 ? 0 : shape.CellCount, false);

        ulong head = KeyHead.Of(key, prefixLength);
        if (!shape.HasWideHeads) head = KeyHead.Narrow(head);
        bool isTied = index < shape.CellCount && HeadAt(index) == head;
        return isTied ? FindFrom(key, index) : new SlotSearch(index, false);
    }

    /// <summary>
    /// Asks for the bytes where the next cell goes, unless it is a long one.
    /// </summary>
    public void PrefetchGap()
    {
        int heapStart = HeapStart;
        HeadSearch.PrefetchRange(_page, Math.Max(0, heapStart - PrefetchedBytes), heapStart);
    }

    /// <summary>
    /// The first half of <see cref="Find"/>, for searches of many keys together: how many heads are
    /// below the key's. Asks for the cell that the second half will look at.
    /// </summary>
    public int BeginFind(ReadOnlySpan<byte> key)
    {
        PageShape shape = new(_page);
        int index = CountHeadsBelow(shape, key);
        if (index == shape.CellCount) return index;

        // Cells mostly lie in the order of their slots: the next one tells where this one ends.
        int slot = SlotOffset(shape, index);
        int start = ReadUInt16LittleEndian(_page[slot..]);
        int end = index + 1 < shape.CellCount
            ? ReadUInt16LittleEndian(_page[(slot + SlotSize)..])
            : _page.Length;
        HeadSearch.PrefetchRange(_page, start, Math.Min(end, start + PrefetchedBytes));
        return index;
    }

    /// <summary>The second half, from where the heads led.</summary>
    public SlotSearch FindFrom(ReadOnlySpan<byte> key, int index)
    {
        PageShape shape = new(_page);
        int count = shape.CellCount;
        int prefixLength = shape.PrefixLength;
        if (prefixLength != 0)
        {
            // Only the first 8 bytes of the prefix lie in the header. The rest is left unchecked
            // here: a hit is compared in full, and only a miss must look at it in a cell.
            int order = KeyPrefix.CompareSample(_page, prefixLength, key);
            if (order != 0) return new SlotSearch(order < 0 ? 0 : count, false);
        }

        if (index < count)
        {
            int slot = SlotOffset(shape, index);
            ReadOnlySpan<byte> cell = _page[ReadUInt16LittleEndian(_page[slot..])..];
            if (LeafCell.Key(cell).SequenceEqual(key)) return new SlotSearch(index, true);
        }

        return FindAmongTies(key, KeyHead.Of(key, prefixLength), index);
    }

    public ReadOnlySpan<byte> KeyAt(int index) => LeafCell.Key(_page[CellOffsetAt(index)..]);

    public CellValue ValueAt(int index) => ValueIn(CellOffsetAt(index));

    private CellValue ValueIn(int offset)
    {
        ReadOnlySpan<byte> cell = _page[offset..];
        uint header = ReadUInt32LittleEndian(cell);
        return new CellValue(LeafCell.Kind(header), cell.Slice(
            LeafCell.HeaderSize + LeafCell.KeyLength(header), LeafCell.ValueLength(header)));
    }

    public CellKind KindAt(int index) =>
        LeafCell.Kind(ReadUInt32LittleEndian(_page[CellOffsetAt(index)..]));

    public int CellOffsetAt(int index) =>
        ReadUInt16LittleEndian(_page[SlotOffset(new PageShape(_page), index)..]);

    /// <summary>All bytes of a cell, header included.</summary>
    public ReadOnlySpan<byte> CellAt(int index)
    {
        ReadOnlySpan<byte> cell = _page[CellOffsetAt(index)..];
        return cell[..LeafCell.SizeOf(cell)];
    }

    public ulong HeadAt(int index) => HeadBytes == sizeof(uint)
        ? ReadUInt32LittleEndian(_page[(HeadsOffset + (index * sizeof(uint)))..])
        : ReadUInt64LittleEndian(_page[(HeadsOffset + (index * sizeof(ulong)))..]);

    /// <summary>Size of the cell at an offset of the page.</summary>
    public int SizeOfCellIn(int offset) => LeafCell.SizeOf(_page[offset..]);

    private static int SlotOffset(PageShape shape, int index) =>
        HeadsOffset + (shape.CellCount * shape.HeadBytes) + (index * SlotSize);

    private int CountHeadsBelow(PageShape shape, ReadOnlySpan<byte> key)
    {
        int usual = PageSearch.CountBelow(
            ref MemoryMarshal.GetReference(_page), shape,
            ref MemoryMarshal.GetReference(key), key.Length);
        return usual >= 0 ? usual : CountHeadsBelowOfAny(shape, key);
    }

    private int CountHeadsBelowOfAny(PageShape shape, ReadOnlySpan<byte> key)
    {
        ulong head = KeyHead.Of(key, shape.PrefixLength);
        return shape.HasWideHeads
            ? HeadSearch.CountBelow(_page, HeadsOffset, shape.CellCount, head)
            : HeadSearch.CountBelow(_page, HeadsOffset, shape.CellCount, KeyHead.Narrow(head));
    }

    /// <summary>
    /// The search from where the heads left it: <paramref name="low"/> heads are below the key's.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private SlotSearch FindAmongTies(ReadOnlySpan<byte> key, ulong head, int low)
    {
        int count = CellCount;
        int prefixLength = PrefixLength;
        if (prefixLength > sizeof(ulong))
        {
            int order = KeyPrefix.Compare(KeyAt(0)[..prefixLength], key);
            if (order != 0) return new SlotSearch(order < 0 ? 0 : count, false);
        }

        if (HeadBytes == sizeof(uint)) head = KeyHead.Narrow(head);
        int high = low;
        for (int step = 1; high < count && HeadAt(high) == head; step *= 2)
            high = Math.Min(count, high + step);
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            int order = HeadAt(middle) != head ? 1 : KeyAt(middle).SequenceCompareTo(key);
            if (order == 0) return new SlotSearch(middle, true);
            if (order < 0) low = middle + 1;
            else high = middle;
        }

        return new SlotSearch(low, false);
    }
}
