using System.Runtime.CompilerServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

//  OFFSET  SIZE  FIELD
//       0     4  page id
//       4     4  CRC-32C stored in the page
//       8     8  birth
//      16     8  count of entries below
/// <summary>
/// What a parent knows of its child (invariant 2): all of it must match the page found there.
/// </summary>
/// <remarks>
/// For a dirty page <c>Crc</c> is 0 and <c>Birth</c> is the running transaction's id; sealing
/// replaces id and CRC. Branch pages keep identities and counts apart (<see cref="BranchLayout"/>);
/// this layout is the one used where a reference stands alone (bucket records, meta page).
/// </remarks>
internal readonly record struct PageReference(
    PageId Id, uint Crc, TransactionId Birth, ulong Count)
{
    public const int Size = 24;

    /// <summary>Bytes of CRC, id and birth, with which every page begins.</summary>
    public const int IdentitySize = PageHeader.KindOffset;

    /// <summary>The root of an empty tree.</summary>
    public static readonly PageReference None;

    public bool IsNone => Id.IsNone;

    public static PageReference Read(ReadOnlySpan<byte> source) => new(
        new PageId(ReadUInt32LittleEndian(source)),
        ReadUInt32LittleEndian(source[4..]),
        new TransactionId(ReadUInt64LittleEndian(source[8..])),
        ReadUInt64LittleEndian(source[16..]));

    /// <summary>Reads what a page begins with: all but the count, which is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public static PageReference ReadIdentity(ReadOnlySpan<byte> source)
    {
        // The last field first: the others need no look at the bounds of their own.
        ulong birth = ReadUInt64LittleEndian(source[PageHeader.BirthOffset..]);
        ulong first = ReadUInt64LittleEndian(source);
        return new PageReference(
            new PageId((uint)(first >> 32)), (uint)first, new TransactionId(birth), 0);
    }

    public void WriteIdentity(Span<byte> destination)
    {
        PageHeader.SetCrc(destination, Crc);
        PageHeader.SetIdentity(destination, Id, Birth);
    }

    public void Write(Span<byte> destination)
    {
        WriteUInt32LittleEndian(destination, Id.Index);
        WriteUInt32LittleEndian(destination[4..], Crc);
        WriteUInt64LittleEndian(destination[8..], Birth.Value);
        WriteUInt64LittleEndian(destination[16..], Count);
    }
}
