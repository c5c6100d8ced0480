using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET  SIZE  FIELD
//       0     4  id of the first page
//       4     4  count of consecutive pages
//       8     8  length of the value in bytes
//      16     8  birth
//      24     4  CRC-32C over the CRC fields of all its pages, in order
//      28     4  tag: a random number that each of its pages repeats
/// <summary>Names the run of overflow pages that holds one long value.</summary>
/// <remarks>
/// The tag lets a ranged read reject a stale page of an earlier attempt at the same transaction,
/// whose id and birth are the same, without reading the whole value.
/// </remarks>
internal readonly record struct ExtentReference(
    PageId First, uint PageCount, ulong Length, TransactionId Birth, uint Crc, uint Tag)
{
    public const int Size = 32;

    public static ExtentReference Read(ReadOnlySpan<byte> source) => new(
        new PageId(ReadUInt32LittleEndian(source)),
        ReadUInt32LittleEndian(source[4..]),
        ReadUInt64LittleEndian(source[8..]),
        new TransactionId(ReadUInt64LittleEndian(source[16..])),
        ReadUInt32LittleEndian(source[24..]),
        ReadUInt32LittleEndian(source[28..]));

    public void Write(Span<byte> destination)
    {
        WriteUInt32LittleEndian(destination, First.Index);
        WriteUInt32LittleEndian(destination[4..], PageCount);
        WriteUInt64LittleEndian(destination[8..], Length);
        WriteUInt64LittleEndian(destination[16..], Birth.Value);
        WriteUInt32LittleEndian(destination[24..], Crc);
        WriteUInt32LittleEndian(destination[28..], Tag);
    }
}
