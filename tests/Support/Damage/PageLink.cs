using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Support.Damage;

/// <summary>Where a page names another, and what it says of it; offsets of the file.</summary>
/// <param name="Parent">The page that holds the reference; a meta page at the top.</param>
/// <param name="Id">Offset of the child's id.</param>
/// <param name="Crc">Offset of the child's CRC.</param>
/// <param name="Birth">Offset of the child's birth; -1 where none is stored.</param>
/// <param name="Count">Offset of the count below; -1 where none is stored.</param>
/// <param name="ExtentPages">Pages of an extent, whose CRCs are summed up; 0 for one page.</param>
internal readonly record struct PageLink(
    uint Parent, int Id, int Crc, int Birth, int Count, uint ExtentPages)
{
    /// <summary>A root, as it stands in a meta page or a bucket record.</summary>
    public static PageLink OfRoot(uint parent, int offset) =>
        new(parent, offset, offset + 4, offset + 8, offset + 16, 0);

    public uint ChildId(byte[] main) => ReadUInt32LittleEndian(main.AsSpan(Id));

    /// <summary>Copies all that another reference says of its page.</summary>
    public void CopyFrom(byte[] main, in PageLink other)
    {
        main.AsSpan(other.Id, 4).CopyTo(main.AsSpan(Id));
        main.AsSpan(other.Crc, 4).CopyTo(main.AsSpan(Crc));
        if (Birth >= 0 && other.Birth >= 0)
            main.AsSpan(other.Birth, 8).CopyTo(main.AsSpan(Birth));
        if (Count >= 0 && other.Count >= 0)
            main.AsSpan(other.Count, 8).CopyTo(main.AsSpan(Count));
    }
}
