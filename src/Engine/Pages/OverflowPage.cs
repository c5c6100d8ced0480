using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET  SIZE  FIELD
//       0    40  page header; of it, in place of what leaves and branches have there:
//      24     4    index of the page within its extent
//      28     4    tag of the extent, see ExtentReference
//      40   P-40  a part of the value; zeros behind its end
/// <summary>One page of the run that holds a long value.</summary>
internal static class OverflowPage
{
    private const int IndexOffset = 24;
    private const int TagOffset = 28;

    /// <summary>How much of a value one page holds.</summary>
    public static int PayloadBytes(int pageBytes) => pageBytes - PageHeader.Size;

    /// <summary>Writes the header; the payload is left to the caller.</summary>
    public static void Initialize(
        Span<byte> page, PageId id, TransactionId birth, uint tag, uint index)
    {
        PageHeader.Initialize(page, id, birth, PageKind.Overflow);
        WriteUInt32LittleEndian(page[IndexOffset..], index);
        WriteUInt32LittleEndian(page[TagOffset..], tag);
    }

    public static Span<byte> Payload(Span<byte> page) => page[PageHeader.Size..];

    public static ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> page) => page[PageHeader.Size..];

    public static uint Index(ReadOnlySpan<byte> page) =>
        ReadUInt32LittleEndian(page[IndexOffset..]);

    public static uint Tag(ReadOnlySpan<byte> page) => ReadUInt32LittleEndian(page[TagOffset..]);

    /// <summary>What is wrong with a page of an extent; null if nothing.</summary>
    public static string? FindProblem(
        ReadOnlySpan<byte> page, PageId id, TransactionId birth, uint tag, uint index)
    {
        if (PageHeader.Kind(page) != PageKind.Overflow) return "the page is not an overflow page";
        if (PageHeader.Id(page) != id) return "the page is another one";
        if (PageHeader.Birth(page) != birth) return "the page is of another transaction";
        if (Tag(page) != tag) return "the overflow page is of another value";
        if (Index(page) != index) return "the overflow page is out of order";
        return PageChecksum.IsIntact(page) ? null : "the CRC does not match the bytes";
    }
}
