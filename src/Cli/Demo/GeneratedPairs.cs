using System.Buffers.Binary;

namespace KvCow.Cli.Demo;

/// <summary>
/// Pairs made from their numbers: keys in no order at all, values that can be told from others.
/// </summary>
internal static class GeneratedPairs
{
    public const int KeyBytes = 24;
    public const int ValueBytes = 150;

    /// <summary>Fills in the key of pair <paramref name="number"/>.</summary>
    public static void WriteKey(long number, Span<byte> key)
    {
        ulong hash = Mix((ulong)number);
        BinaryPrimitives.WriteUInt64BigEndian(key, hash);
        BinaryPrimitives.WriteUInt64BigEndian(key[8..], Mix(hash));
        BinaryPrimitives.WriteUInt64BigEndian(key[16..], Mix(~hash));
    }

    /// <summary>Fills in the value of pair <paramref name="number"/>.</summary>
    public static void WriteValue(long number, Span<byte> value) =>
        Fill(Mix((ulong)number), value);

    /// <summary>Fills the bytes from the numbers of a linear congruential generator.</summary>
    public static void Fill(ulong seed, Span<byte> bytes)
    {
        Span<byte> last = stackalloc byte[8];
        while (!bytes.IsEmpty)
        {
            seed = (seed * 6364136223846793005) + 1442695040888963407;
            if (bytes.Length >= 8)
            {
                BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
                bytes = bytes[8..];
                continue;
            }

            BinaryPrimitives.WriteUInt64LittleEndian(last, seed);
            last[..bytes.Length].CopyTo(bytes);
            return;
        }
    }

    /// <summary>SplitMix64: a number that looks random, and different for every input.</summary>
    public static ulong Mix(ulong number)
    {
        ulong z = number + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
