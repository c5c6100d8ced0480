using KvCow.Engine.Pages;

namespace KvCow.Tests.Support;

/// <summary>Keys that trees find hard: empty, long, few letters, long shared prefixes.</summary>
internal sealed class NastyKeys(Random random, int pageBytes)
{
    private static readonly byte[][] Alphabets =
        [[0, 1, 0xFE, 0xFF], [0], [(byte)'a', (byte)'b'], [0xFF], "0123456789"u8.ToArray()];

    private readonly int _keyBytesMax = PageLimits.KeyBytesMax(pageBytes);
    private readonly byte[] _prefix = NextBytes(random, random.Next(300), [7, 9]);
    private readonly bool _isDeep = random.Next(2) == 0;

    public byte[] Next() => _isDeep ? NextDeep() : NextMixed();

    /// <summary>
    /// Long keys that differ only in their last bytes, in groups that share nothing. Separators
    /// are as long as they can be then, branches have few children and trees many levels.
    /// </summary>
    private byte[] NextDeep()
    {
        int group = random.Next(40);
        int length = (_keyBytesMax / 2) + (group * _keyBytesMax / 90);
        byte[] key = new byte[length + 2];
        key.AsSpan(0, length).Fill((byte)(group * 6));
        key[^2] = (byte)random.Next(8);
        key[^1] = (byte)random.Next(8);
        return key;
    }

    private byte[] NextMixed() => random.Next(20) switch
    {
        0 => [],
        1 => NextBytes(random, random.Next(_keyBytesMax + 1), Alphabets[1]),
        2 => NextBytes(random, random.Next(_keyBytesMax / 2, _keyBytesMax + 1), Alphabets[0]),
        3 => NextBytes(random, _keyBytesMax, Alphabets[2]),
        < 8 => NextBytes(random, random.Next(12), Alphabets[random.Next(Alphabets.Length)]),
        < 14 => [.. _prefix, .. NextBytes(random, random.Next(10), Alphabets[4])],
        _ => NextBytes(random, random.Next(1, 9), Alphabets[4]),
    };

    private static byte[] NextBytes(Random random, int length, byte[] alphabet)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) bytes[i] = alphabet[random.Next(alphabet.Length)];
        return bytes;
    }
}
