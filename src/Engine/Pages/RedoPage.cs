using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET  SIZE  FIELD (behind the page header, whose birth is the batch's last commit)
//      40     8  the last commit before the batch
//      48     4  index of the page within its batch
//      52     4  pages of the batch
//      56     4  bytes of records in the whole batch
//      60     4  CRC-32C of those bytes
//      64     4  the page that follows: of this batch, or the first of the next
//      68     4  tag that the meta page gave the log
//      72        records, one a commit: 8 bytes commit, 4 bytes length, what was done
/// <summary>
/// One page of the redo log. A batch is what one flush made durable; it counts as a whole or not
/// at all, which is why each of its pages carries the CRC of all its records.
/// </summary>
internal static class RedoPage
{
    public const int HeadBytes = 72;

    /// <summary>Bytes before each record.</summary>
    public const int RecordHeadBytes = 12;

    /// <summary>How many bytes of records one page holds.</summary>
    public static int PayloadBytes(int pageBytes) => pageBytes - HeadBytes;

    public static int PagesFor(long recordBytes, int pageBytes) =>
        (int)((recordBytes + PayloadBytes(pageBytes) - 1) / PayloadBytes(pageBytes));

    /// <summary>Writes the header; payload and CRC are left to the caller.</summary>
    public static void Initialize(
        Span<byte> page, PageId id, in RedoBatchHead batch, int index, PageId next)
    {
        PageHeader.Initialize(page, id, batch.Last, PageKind.Redo);
        WriteUInt64LittleEndian(page[40..], batch.Previous.Value);
        WriteInt32LittleEndian(page[48..], index);
        WriteInt32LittleEndian(page[52..], batch.PageCount);
        WriteInt32LittleEndian(page[56..], batch.RecordBytes);
        WriteUInt32LittleEndian(page[60..], batch.Crc);
        WriteUInt32LittleEndian(page[64..], next.Index);
        WriteUInt32LittleEndian(page[68..], batch.Tag);
    }

    public static Span<byte> Payload(Span<byte> page) => page[HeadBytes..];

    public static RedoBatchHead Head(ReadOnlySpan<byte> page) => new(
        new TransactionId(ReadUInt64LittleEndian(page[40..])),
        PageHeader.Birth(page),
        ReadInt32LittleEndian(page[52..]),
        ReadInt32LittleEndian(page[56..]),
        ReadUInt32LittleEndian(page[60..]),
        ReadUInt32LittleEndian(page[68..]));

    public static int Index(ReadOnlySpan<byte> page) => ReadInt32LittleEndian(page[48..]);

    public static PageId Next(ReadOnlySpan<byte> page) =>
        new(ReadUInt32LittleEndian(page[64..]));

    /// <summary>Whether the page is an intact page of the log that belongs here.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> page, PageId id) =>
        PageHeader.Kind(page) == PageKind.Redo && PageHeader.Id(page) == id
        && PageChecksum.IsIntact(page);
}
