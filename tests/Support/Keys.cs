namespace KvCow.Tests.Support;

/// <summary>
/// Keys of few different bytes, among them the smallest and the largest, so that keys share
/// prefixes, are prefixes of each other, and meet again.
/// </summary>
internal static class Keys
{
    private static ReadOnlySpan<byte> Alphabet => [0x00, 0x01, (byte)'a', (byte)'b', 0xFE, 0xFF];

    /// <summary>
    /// A key of <paramref name="lengthMin"/> to <paramref name="lengthMax"/> bytes.
    /// </summary>
    public static byte[] Next(Random random, int lengthMin, int lengthMax)
    {
        byte[] key = new byte[random.Next(lengthMin, lengthMax + 1)];
        foreach (ref byte b in key.AsSpan()) b = Alphabet[random.Next(Alphabet.Length)];
        return key;
    }

    /// <summary>A value of random bytes.</summary>
    public static byte[] NextValue(Random random, int lengthMin, int lengthMax)
    {
        byte[] value = new byte[random.Next(lengthMin, lengthMax + 1)];
        random.NextBytes(value);
        return value;
    }
}
