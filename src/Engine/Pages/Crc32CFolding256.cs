using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KvCow.Engine.Pages;

/// <summary>As <see cref="Crc32CFolding512"/>, with vectors of 256 bits.</summary>
internal static class Crc32CFolding256
{
    private const int VectorBytes = 32;
    private const int StepBytes = 4 * VectorBytes;

    private static readonly Vector256<ulong> OverStep = Repeat(Crc32CPower.Fold(8 * StepBytes));
    private static readonly Vector256<ulong> OverOne = Repeat(Crc32CPower.Fold(8 * VectorBytes));
    private static readonly Vector128<ulong> OverLane = Crc32CPower.Fold(128);

    public static bool IsSupported => Pclmulqdq.V256.IsSupported;

    /// <summary>Continues a register (the CRC with all bits inverted) over bytes.</summary>
    public static uint Append(uint register, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < StepBytes) return Crc32C.AppendByWords(register, bytes);

        Vector256<ulong> a = Load(bytes, 0) ^ Vector256.CreateScalar((ulong)register);
        Vector256<ulong> b = Load(bytes, 1);
        Vector256<ulong> c = Load(bytes, 2);
        Vector256<ulong> d = Load(bytes, 3);
        bytes = bytes[StepBytes..];
        for (; bytes.Length >= StepBytes; bytes = bytes[StepBytes..])
        {
            a = Fold(a, OverStep) ^ Load(bytes, 0);
            b = Fold(b, OverStep) ^ Load(bytes, 1);
            c = Fold(c, OverStep) ^ Load(bytes, 2);
            d = Fold(d, OverStep) ^ Load(bytes, 3);
        }

        a = Fold(a, OverOne) ^ b;
        a = Fold(a, OverOne) ^ c;
        register = Reduce(a, d);
        return Crc32C.AppendByWords(register, bytes);
    }

    /// <summary>The register after 64 bytes, given what stands for them.</summary>
    public static uint Reduce(Vector256<ulong> low, Vector256<ulong> high)
    {
        Vector128<ulong> value = Fold(low.GetLower(), OverLane) ^ low.GetUpper();
        value = Fold(value, OverLane) ^ high.GetLower();
        value = Fold(value, OverLane) ^ high.GetUpper();
        return BitOperations.Crc32C(
            BitOperations.Crc32C(0, value.GetElement(0)), value.GetElement(1));
    }

    private static Vector256<ulong> Fold(Vector256<ulong> value, Vector256<ulong> factors) =>
        Pclmulqdq.V256.CarrylessMultiply(value, factors, 0x00)
        ^ Pclmulqdq.V256.CarrylessMultiply(value, factors, 0x11);

    private static Vector128<ulong> Fold(Vector128<ulong> value, Vector128<ulong> factors) =>
        Pclmulqdq.CarrylessMultiply(value, factors, 0x00)
        ^ Pclmulqdq.CarrylessMultiply(value, factors, 0x11);

    private static Vector256<ulong> Load(ReadOnlySpan<byte> bytes, int index) =>
        Vector256.Create(bytes.Slice(index * VectorBytes, VectorBytes)).AsUInt64();

    private static Vector256<ulong> Repeat(Vector128<ulong> factors) =>
        Vector256.Create(factors, factors);
}
