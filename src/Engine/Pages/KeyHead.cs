using System.Runtime.CompilerServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>
/// The first 8 bytes of a key behind a page's prefix as a number, zero padded: heads are in the
/// order of their keys, except that keys with equal heads need a full comparison.
/// </summary>
internal static class KeyHead
{
    /// <param name="key">Any key; shorter than <paramref name="skip"/>, its head is 0.</param>
    /// <param name="skip">Length of the prefix.</param>
    public static ulong Of(ReadOnlySpan<byte> key, int skip)
    {
        int start = key.Length - sizeof(ulong);
        if (start < 0) return OfShort(key, skip);

        // One load that ends inside the key; what it holds of the prefix is shifted out.
        if (skip < start) start = skip;
        int bits = (skip - start) * 8;
        if (bits >= 64) return 0;
        return ReadUInt64BigEndian(key[start..]) << bits;
    }

    /// <summary>The head narrowed to 4 bytes.</summary>
    public static uint Narrow(ulong head) => (uint)(head >> 32);

    /// <summary>Writes a head of 8 bytes in the width of a page's heads.</summary>
    public static void Write(Span<byte> place, int headBytes, ulong head)
    {
        if (headBytes == sizeof(ulong)) WriteUInt64LittleEndian(place, head);
        else WriteUInt32LittleEndian(place, Narrow(head));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong OfShort(ReadOnlySpan<byte> key, int skip)
    {
        ulong head = 0;
        for (int i = skip; i < key.Length; i++)
            head |= (ulong)key[i] << (56 - (8 * (i - skip)));
        return head;
    }
}
