using System.Diagnostics;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>
/// Collects the cells of one leaf in ascending order and writes the sealed page once it is full:
/// nothing is searched, moved or written twice.
/// </summary>
internal sealed class LeafAppender(int pageBytes)
{
    private const int CellBytesMin = LeafCell.HeaderSize + LeafPage.SlotSize + sizeof(uint);

    private readonly byte[] _cells = new byte[pageBytes];
    private readonly int[] _starts = new int[pageBytes / CellBytesMin];
    private int _bytes;

    public int Count { get; private set; }

    /// <summary>The key appended last; there must be one.</summary>
    public ReadOnlySpan<byte> LastKey => LeafCell.Key(_cells.AsSpan(_starts[Count - 1]));

    /// <summary>Adds a cell whose key is above the last; false if the leaf is full.</summary>
    public bool TryAppend(ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        int size = LeafCell.SizeOf(key, value);
        if (!LeafBuilder.Fits(pageBytes, Count + 1, _bytes + size)) return false;
        LeafCell.Write(_cells.AsSpan(_bytes), key, kind, value);
        _starts[Count++] = _bytes;
        _bytes += size;
        return true;
    }

    /// <summary>Writes the leaf, identity and CRC left out, and begins the next.</summary>
    public void WriteTo(Span<byte> page, TransactionId birth)
    {
        Debug.Assert(Count > 0);
        LeafPageWriter.Initialize(page, PageId.None, birth);
        PageHeader.SetCellCount(page, Count);
        int heap = page.Length - _bytes;
        PageHeader.SetHeapStart(page, heap);
        _cells.AsSpan(0, _bytes).CopyTo(page[heap..]);
        Span<byte> slots = page[(LeafPage.HeadsOffset + (Count * sizeof(uint)))..];
        for (int i = 0; i < Count; i++)
        {
            WriteUInt16LittleEndian(
                slots[(i * LeafPage.SlotSize)..], (ushort)(heap + _starts[i]));
        }

        LeafHeads.Choose(page);
        LeafPage leaf = new(page);
        page.Slice(heap - leaf.GapBytes, leaf.GapBytes).Clear();
        _bytes = 0;
        Count = 0;
    }
}
