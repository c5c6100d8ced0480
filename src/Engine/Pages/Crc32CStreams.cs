using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace KvCow.Engine.Pages;

/// <summary>
/// CRC-32C in three streams side by side: the instruction takes one word a cycle, but gives its
/// result only after three.
/// </summary>
internal static class Crc32CStreams
{
    /// <summary>Words per stream: three are a page of 4 KiB without its CRC.</summary>
    private const int LongWords = 170;

    /// <summary>Words per stream for what is left: few enough that combining still pays.</summary>
    private const int ShortWords = 24;

    private static readonly Steps Long = new(LongWords);
    private static readonly Steps Short = new(ShortWords);

    /// <summary>Continues a register (the CRC with all bits inverted) over bytes.</summary>
    public static uint Append(uint register, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        int done = 0;
        for (; words.Length - done >= 3 * LongWords; done += 3 * LongWords)
            register = Append(register, words.Slice(done, 3 * LongWords), Long);
        for (; words.Length - done >= 3 * ShortWords; done += 3 * ShortWords)
            register = Append(register, words.Slice(done, 3 * ShortWords), Short);
        return Crc32C.AppendByWords(register, bytes[(done * sizeof(ulong))..]);
    }

    private static uint Append(uint first, ReadOnlySpan<ulong> words, in Steps steps)
    {
        uint second = 0;
        uint third = 0;
        int length = words.Length / 3;
        ReadOnlySpan<ulong> a = words[..length];
        ReadOnlySpan<ulong> b = words.Slice(length, length);
        ReadOnlySpan<ulong> c = words.Slice(2 * length, length);
        for (int i = 0; i < a.Length && i < b.Length && i < c.Length; i++)
        {
            first = BitOperations.Crc32C(first, a[i]);
            second = BitOperations.Crc32C(second, b[i]);
            third = BitOperations.Crc32C(third, c[i]);
        }

        return Move(first, steps.OverTwo) ^ Move(second, steps.OverOne) ^ third;
    }

    /// <summary>The register moved over the bits its factor was made for.</summary>
    private static uint Move(uint register, uint factor) =>
        BitOperations.Crc32C(0, Multiply(register, factor));

    private static ulong Multiply(uint a, uint b)
    {
        if (Pclmulqdq.IsSupported)
        {
            return Pclmulqdq.CarrylessMultiply(
                Vector128.CreateScalar((ulong)a), Vector128.CreateScalar((ulong)b), 0).ToScalar();
        }

        if (ArmAes.IsSupported)
        {
            return ArmAes.PolynomialMultiplyWideningLower(
                Vector64.CreateScalar((ulong)a), Vector64.CreateScalar((ulong)b)).ToScalar();
        }

        return MultiplyByBits(a, b);
    }

    /// <summary>The product without carries, bit by bit.</summary>
    internal static ulong MultiplyByBits(uint a, uint b)
    {
        ulong product = 0;
        for (int i = 0; i < 32; i++)
            if (((b >> i) & 1) != 0) product ^= (ulong)a << i;
        return product;
    }

    /// <summary>Factors that move a register over one or two streams of so many words.</summary>
    private readonly struct Steps(int words)
    {
        public readonly uint OverOne = Crc32CPower.OverBits(64 * words);

        public readonly uint OverTwo = Crc32CPower.OverBits(2 * 64 * words);
    }
}
