using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>What a search asks of a page's header, read at once.</summary>
/// <remarks>Field by field, each read has bounds of its own to check.</remarks>
internal readonly struct PageShape(ulong bits)
{
    // The bytes from the kind to the level, in the order of the header.
    private readonly ulong _bits = bits;

    public PageShape(ReadOnlySpan<byte> page)
        : this(ReadUInt64LittleEndian(page[PageHeader.KindOffset..]))
    {
    }

    public PageKind Kind => (PageKind)(byte)_bits;

    public byte Flags => (byte)(_bits >> ShiftOf(PageHeader.FlagsOffset));

    public int CellCount => (ushort)(_bits >> ShiftOf(PageHeader.CellCountOffset));

    public int PrefixLength => (ushort)(_bits >> ShiftOf(PageHeader.PrefixLengthOffset));

    public int Level => (byte)(_bits >> ShiftOf(PageHeader.LevelOffset));

    /// <summary>Bytes per head: 4 or 8.</summary>
    public int HeadBytes => 4 << (Flags & PageHeader.WideHeadsFlag);

    public bool HasWideHeads => (Flags & PageHeader.WideHeadsFlag) != 0;

    public bool IsHeadOnly => (Flags & PageHeader.HeadOnlyFlag) != 0;

    private static int ShiftOf(int offset) => (offset - PageHeader.KindOffset) * 8;
}
