using KvCow.Engine.Pages;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Support.Damage;

/// <summary>What to put in the place of a number.</summary>
internal sealed class FieldValues(FileMap map, Random random)
{
    /// <summary>Overwrites a number of 1, 2, 4 or 8 bytes.</summary>
    public void Write(Span<byte> place, FieldRole role, uint page)
    {
        Span<byte> whole = stackalloc byte[sizeof(ulong)];
        whole.Clear();
        place.CopyTo(whole);
        ulong value = ReadUInt64LittleEndian(whole);
        WriteUInt64LittleEndian(whole, Next(value, place.Length * 8, role, page));
        whole[..place.Length].CopyTo(place);
    }

    /// <summary>
    /// A page that is used, or free, or a meta page, or the page itself, or outside the file.
    /// </summary>
    public uint AnyPageId(uint page) => random.Next(8) switch
    {
        0 => (uint)random.Next(2),
        1 => page,
        2 when map.LinkTo.TryGetValue(page, out PageLink link) => link.Parent,
        3 => map.Meta.PageCount + (uint)random.Next(3),
        4 => 0x8000_0000 | (uint)random.Next(100),
        5 when map.Unused.Count > 0 => map.Unused[random.Next(map.Unused.Count)],
        6 => (uint)random.NextInt64(1L << 32),
        _ => map.Pages[random.Next(map.Pages.Count)],
    };

    private ulong Next(ulong value, int bits, FieldRole role, uint page) => random.Next(9) switch
    {
        0 => 0,
        1 => ulong.MaxValue,
        2 => value + 1,
        3 => value - 1,
        4 => (ulong)random.NextInt64(),
        5 => value ^ (1UL << (bits - 1)),
        6 => value ^ (1UL << random.Next(bits)),
        _ => Typical(value, role, page),
    };

    private ulong Typical(ulong value, FieldRole role, uint page) => role switch
    {
        FieldRole.PageId => AnyPageId(page),
        FieldRole.Birth => map.Meta.Id.Value - 1 + (ulong)random.Next(3),
        FieldRole.Count => random.Next(3) == 0 ? map.Meta.PageCount : value * 2,
        FieldRole.Offset => (ulong)random.Next(map.PageBytes + 1),
        _ => (ulong)random.Next(256),
    };
}
