using System.Globalization;
using System.Text;
using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Properties.Pages;

/// <summary>Draws keys of one kind that is hard on prefixes, heads or space.</summary>
internal sealed class KeySet(Random random, int keyBytesMax)
{
    private readonly int _kind = random.Next(7);
    private readonly byte[] _stem = Keys.Next(random, 0, keyBytesMax - 8);

    public byte[] Next() => _kind switch
    {
        0 => Keys.Next(random, 0, 4),
        1 => Keys.Next(random, 0, 12),
        2 => [.. _stem, .. Keys.Next(random, 0, 8)],
        3 => Encoding.ASCII.GetBytes(
            "user" + random.Next(100_000).ToString("D20", CultureInfo.InvariantCulture)),
        4 => BitConverter.GetBytes(random.NextInt64()),
        5 => Keys.Next(random, 0, keyBytesMax),
        _ => random.Next(20) switch
        {
            0 => new byte[keyBytesMax],
            1 => [.. Enumerable.Repeat((byte)0xFF, keyBytesMax)],
            2 => [],
            < 8 => [.. _stem, .. Keys.Next(random, 0, 8)],
            < 14 => _stem[..random.Next(_stem.Length + 1)],
            _ => Keys.Next(random, 0, 16),
        },
    };

    public static int LengthMax(int pageBytes) => PageLimits.KeyBytesMax(pageBytes);
}
