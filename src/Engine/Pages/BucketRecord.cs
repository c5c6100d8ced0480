using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET  SIZE  FIELD
//       0    24  root of the tree of entries
//      24    24  root of the catalog of nested buckets
//      48     8  sequence: the last number handed out
//      56     8  reserved for options, zero
/// <summary>What a catalog stores for one bucket.</summary>
internal readonly record struct BucketRecord(
    PageReference Entries, PageReference Catalog, ulong Sequence)
{
    public const int Size = 64;

    public const int CatalogOffset = PageReference.Size;

    public static BucketRecord Read(ReadOnlySpan<byte> source) => new(
        PageReference.Read(source),
        PageReference.Read(source[CatalogOffset..]),
        ReadUInt64LittleEndian(source[48..]));

    public void Write(Span<byte> destination)
    {
        Entries.Write(destination);
        Catalog.Write(destination[CatalogOffset..]);
        WriteUInt64LittleEndian(destination[48..], Sequence);
        destination[56..Size].Clear();
    }
}
