using System.Buffers.Binary;

namespace KvCow.Bench.Data;

/// <summary>
/// The records of every workload: record i has a key of 24 bytes and, at each version, a value of
/// 150 bytes. In the order 0, 1, 2 ... the keys are random.
/// </summary>
internal static class Records
{
    public const int KeyBytes = 24;
    public const int ValueBytes = 150;

    private const ulong VersionStep = 0xD1342543DE82EF95;
    private const int WholeWords = ValueBytes / sizeof(ulong);

    /// <summary>Writes key i: h, mix(h), mix(~h), big endian, where h is mix(i).</summary>
    public static void WriteKey(long i, Span<byte> key)
    {
        ulong h = SplitMix.Mix((ulong)i);
        BinaryPrimitives.WriteUInt64BigEndian(key, h);
        BinaryPrimitives.WriteUInt64BigEndian(key[8..], SplitMix.Mix(h));
        BinaryPrimitives.WriteUInt64BigEndian(key[16..], SplitMix.Mix(~h));
    }

    /// <summary>Writes the value that record i has at <paramref name="version"/>.</summary>
    public static void WriteValue(long i, int version, Span<byte> value)
    {
        ulong word = SplitMix.Mix((ulong)i) + ((ulong)version * VersionStep);
        for (int n = 0; n < WholeWords; n++)
        {
            word = NextWord(word);
            BinaryPrimitives.WriteUInt64LittleEndian(value[(n * 8)..], word);
        }

        word = NextWord(word);
        BinaryPrimitives.WriteUInt32LittleEndian(value[144..], (uint)word);
        BinaryPrimitives.WriteUInt16LittleEndian(value[148..], (ushort)(word >> 32));
    }

    /// <summary>What a reader adds up for each value that it sees.</summary>
    public static int Touch(ReadOnlySpan<byte> value) => value[0] + value[^1] + value.Length;

    /// <summary>The record numbers below <paramref name="count"/> in the order of their keys.
    /// </summary>
    public static int[] InKeyOrder(int count)
    {
        ulong[] heads = new ulong[count];
        int[] order = new int[count];
        for (int i = 0; i < count; i++)
        {
            heads[i] = SplitMix.Mix((ulong)i);
            order[i] = i;
        }

        Array.Sort(heads, order);
        return order;
    }

    /// <summary>Stops a run whose data would not be the data that others measured.</summary>
    public static void Verify()
    {
        Span<byte> key = stackalloc byte[KeyBytes];
        WriteKey(0, key);
        const string Expected = "E220A8397B1DCDAFA706DD2F4D197E6F2DD82C88FA32B270";
        if (Convert.ToHexString(key) != Expected)
        {
            throw new InvalidOperationException("The generator of keys is not the agreed one.");
        }
    }

    private static ulong NextWord(ulong word) =>
        (word * 6364136223846793005) + 1442695040888963407;
}
