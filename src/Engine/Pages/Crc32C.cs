using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace KvCow.Engine.Pages;

/// <summary>CRC-32C (Castagnoli); of "123456789" it is E3069283.</summary>
/// <remarks>
/// Of the ways to compute it, all equal in their results, the widest that the processor supports.
/// For a page of 4 KiB in the first-level cache: folding 512 bits about 70 ns, folding 256 bits or
/// three streams about 130 ns, a plain loop 375 ns.
/// </remarks>
internal static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> bytes) => Append(0, bytes);

    /// <summary>The CRC of some earlier bytes, continued over <paramref name="bytes"/>.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        if (Crc32CFolding512.IsSupported) return ~Crc32CFolding512.Append(~crc, bytes);
        if (Crc32CFolding256.IsSupported) return ~Crc32CFolding256.Append(~crc, bytes);
        if (Sse42.X64.IsSupported || ArmCrc32.Arm64.IsSupported)
            return ~Crc32CStreams.Append(~crc, bytes);
        return ~AppendByWords(~crc, bytes);
    }

    /// <summary>The plain loop, over the register: the CRC with all bits inverted.</summary>
    internal static uint AppendByWords(uint register, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words) register = BitOperations.Crc32C(register, word);
        foreach (byte b in bytes[(words.Length * sizeof(ulong))..])
            register = BitOperations.Crc32C(register, b);
        return register;
    }
}
