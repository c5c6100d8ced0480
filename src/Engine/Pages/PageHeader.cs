using System.Runtime.InteropServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET  SIZE  FIELD
//       0     4  CRC-32C of the bytes after this field
//       4     4  page id
//       8     8  birth: id of the transaction that wrote the page
//      16     1  page kind: 1 meta, 2 branch, 3 leaf, 4 overflow, 5 free list,
//                  6 redo log
//      17     1  flags, by kind: bit 0 8-byte heads, bit 1 separators lie whole in the heads
//      18     2  cell count: leaf cells, or separators of a branch (children: one more)
//      20     2  prefix length: bytes that all keys or separators of the page share
//      22     1  level: 0 leaf, else one more than the children's
//      23     1  reserved, zero
//      24     4  heap start: offset of the lowest cell (leaf, branch)
//      28     4  garbage: bytes in the heap that no cell uses (leaf)
//      32     8  first 8 bytes of the prefix, zero padded (leaf, branch)
/// <summary>The 40 bytes that all pages share.</summary>
internal static class PageHeader
{
    public const int Size = 40;

    public const int CrcOffset = 0;
    public const int IdOffset = 4;
    public const int BirthOffset = 8;
    public const int KindOffset = 16;
    public const int FlagsOffset = 17;
    public const int CellCountOffset = 18;
    public const int PrefixLengthOffset = 20;
    public const int LevelOffset = 22;
    public const int HeapStartOffset = 24;
    public const int GarbageOffset = 28;
    public const int PrefixSampleOffset = 32;

    /// <summary>Flag: heads are 8 bytes, not 4.</summary>
    public const byte WideHeadsFlag = 1;

    /// <summary>Flag of a branch: its separators lie whole in their heads.</summary>
    public const byte HeadOnlyFlag = 2;

    /// <summary>
    /// Flag of a leaf in memory: changed so that it no longer has the form it has in the file.
    /// </summary>
    public const byte LooseFlag = 4;

    public static uint Crc(ReadOnlySpan<byte> page) => ReadUInt32LittleEndian(page);

    public static PageId Id(ReadOnlySpan<byte> page) =>
        new(ReadUInt32LittleEndian(page[IdOffset..]));

    public static TransactionId Birth(ReadOnlySpan<byte> page) =>
        new(ReadUInt64LittleEndian(page[BirthOffset..]));

    public static PageKind Kind(ReadOnlySpan<byte> page) => (PageKind)page[KindOffset];

    public static int Level(ReadOnlySpan<byte> page) => page[LevelOffset];

    /// <summary>Writes id, birth and kind and zeroes the rest of the header.</summary>
    public static void Initialize(Span<byte> page, PageId id, TransactionId birth, PageKind kind)
    {
        page[..Size].Clear();
        SetIdentity(page, id, birth);
        page[KindOffset] = (byte)kind;
    }

    public static void SetIdentity(Span<byte> page, PageId id, TransactionId birth)
    {
        WriteUInt32LittleEndian(page[IdOffset..], id.Index);
        WriteUInt64LittleEndian(page[BirthOffset..], birth.Value);
    }

    public static void SetCrc(Span<byte> page, uint crc) => WriteUInt32LittleEndian(page, crc);

    public static byte Flags(ReadOnlySpan<byte> page) => page[FlagsOffset];

    public static bool IsLoose(ReadOnlySpan<byte> page) => (Flags(page) & LooseFlag) != 0;

    public static void SetLoose(Span<byte> page) => page[FlagsOffset] |= LooseFlag;

    public static int CellCount(ReadOnlySpan<byte> page) =>
        ReadUInt16LittleEndian(page[CellCountOffset..]);

    public static void SetCellCount(Span<byte> page, int count) =>
        WriteUInt16LittleEndian(page[CellCountOffset..], (ushort)count);

    public static int PrefixLength(ReadOnlySpan<byte> page) =>
        ReadUInt16LittleEndian(page[PrefixLengthOffset..]);

    /// <summary>Stores the length of the prefix and its first 8 bytes.</summary>
    public static void SetPrefix(Span<byte> page, ReadOnlySpan<byte> prefix)
    {
        WriteUInt16LittleEndian(page[PrefixLengthOffset..], (ushort)prefix.Length);
        WriteUInt64BigEndian(page[PrefixSampleOffset..], KeyHead.Of(prefix, 0));
    }

    public static long HeapStart(ReadOnlySpan<byte> page) =>
        ReadUInt32LittleEndian(page[HeapStartOffset..]);

    public static void SetHeapStart(Span<byte> page, int offset) =>
        WriteUInt32LittleEndian(page[HeapStartOffset..], (uint)offset);

    public static long Garbage(ReadOnlySpan<byte> page) =>
        ReadUInt32LittleEndian(page[GarbageOffset..]);

    public static void SetGarbage(Span<byte> page, int bytes) =>
        WriteUInt32LittleEndian(page[GarbageOffset..], (uint)bytes);
}
