using System.Runtime.CompilerServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>
/// Compares a key with the prefix of a page: 0 if it begins with it, negative if it is below and
/// positive if it is above all keys that do.
/// </summary>
internal static class KeyPrefix
{
    /// <summary>Compares with as much of the prefix as lies in the page's header.</summary>
    public static int CompareSample(
        ReadOnlySpan<byte> page, int prefixLength, ReadOnlySpan<byte> key)
    {
        if (key.Length < sizeof(ulong)) return CompareShort(page, prefixLength, key);

        int unused = prefixLength >= sizeof(ulong) ? 0 : 64 - (prefixLength * 8);
        ulong expected = ReadUInt64BigEndian(page[PageHeader.PrefixSampleOffset..]) >> unused;
        ulong actual = ReadUInt64BigEndian(key) >> unused;
        return actual == expected ? 0 : actual < expected ? -1 : 1;
    }

    /// <summary>Compares with the whole prefix.</summary>
    public static int Compare(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> key) =>
        key.StartsWith(prefix) ? 0 : key.SequenceCompareTo(prefix);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int CompareShort(
        ReadOnlySpan<byte> page, int prefixLength, ReadOnlySpan<byte> key) =>
        Compare(page.Slice(
            PageHeader.PrefixSampleOffset, Math.Min(prefixLength, sizeof(ulong))), key);
}
