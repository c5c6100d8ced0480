using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET  SIZE  FIELD
//       0    40  page header; of it, in place of what leaves and branches have there:
//      24     4    count of extents in this page
//      32     4    id of the next page, 0 if this is the last
//      36     4    CRC of the next page
//      40   8*n  extents {u32 first page, u32 count of pages}, ascending, apart from each other
/// <summary>One page of the free list's checkpoint.</summary>
internal static class FreeListPage
{
    private const int CountOffset = 24;
    private const int NextOffset = 32;
    private const int NextCrcOffset = 36;
    private const int ExtentSize = 8;

    public static int CapacityOf(int pageBytes) => (pageBytes - PageHeader.Size) / ExtentSize;

    /// <summary>Makes the page an empty, last page.</summary>
    public static void Initialize(Span<byte> page, PageId id, TransactionId birth)
    {
        page.Clear();
        PageHeader.Initialize(page, id, birth, PageKind.FreeList);
    }

    public static int Count(ReadOnlySpan<byte> page) =>
        (int)ReadUInt32LittleEndian(page[CountOffset..]);

    public static PageId NextId(ReadOnlySpan<byte> page) =>
        new(ReadUInt32LittleEndian(page[NextOffset..]));

    public static uint NextCrc(ReadOnlySpan<byte> page) =>
        ReadUInt32LittleEndian(page[NextCrcOffset..]);

    public static void SetNext(Span<byte> page, PageId id, uint crc)
    {
        WriteUInt32LittleEndian(page[NextOffset..], id.Index);
        WriteUInt32LittleEndian(page[NextCrcOffset..], crc);
    }

    /// <summary>Adds an extent above those there are; the page must have room.</summary>
    public static void Add(Span<byte> page, PageId first, uint count)
    {
        int index = Count(page);
        Span<byte> place = page.Slice(PageHeader.Size + (index * ExtentSize), ExtentSize);
        WriteUInt32LittleEndian(place, first.Index);
        WriteUInt32LittleEndian(place[sizeof(uint)..], count);
        WriteUInt32LittleEndian(page[CountOffset..], (uint)index + 1);
    }

    public static (PageId First, uint Count) ExtentAt(ReadOnlySpan<byte> page, int index)
    {
        ReadOnlySpan<byte> place = page.Slice(PageHeader.Size + (index * ExtentSize), ExtentSize);
        return (new PageId(ReadUInt32LittleEndian(place)),
            ReadUInt32LittleEndian(place[sizeof(uint)..]));
    }

    /// <summary>What is wrong with a page of the checkpoint; null if nothing.</summary>
    public static string? FindProblem(ReadOnlySpan<byte> page, PageId id, uint crc)
    {
        if (PageHeader.Kind(page) != PageKind.FreeList) return "the page is not a free list page";
        if (PageHeader.Id(page) != id) return "the page is another one";
        if (PageHeader.Crc(page) != crc) return "the CRC differs from the one expected";
        if (!PageChecksum.IsIntact(page)) return "the CRC does not match the bytes";
        if (ReadUInt32LittleEndian(page[CountOffset..]) > CapacityOf(page.Length))
            return "a free list page holds more than it can";
        if (NextId(page).IsDirty) return "the free list goes on at a dirty page";

        long end = 2;  // Pages 0 and 1 are the meta pages.
        for (int i = 0; i < Count(page); i++)
        {
            (PageId first, uint count) = ExtentAt(page, i);
            if (count == 0) return "a free extent is empty";
            if (first.Index < end) return "free extents do not ascend";
            end = (long)first.Index + count;
            if (end > PageLimits.PageCountMax) return "a free extent is outside any file";
        }

        return null;
    }
}
