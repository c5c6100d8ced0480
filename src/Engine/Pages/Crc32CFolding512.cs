using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KvCow.Engine.Pages;

/// <summary>
/// CRC-32C by folding: four vectors of 512 bits walk over the bytes, each moved over 2048 bits at
/// a step by a multiplication and added to what it lands on; in the end they are one of 128 bits.
/// </summary>
internal static class Crc32CFolding512
{
    private const int VectorBytes = 64;
    private const int StepBytes = 4 * VectorBytes;

    private static readonly Vector512<ulong> OverStep = Repeat(Crc32CPower.Fold(8 * StepBytes));
    private static readonly Vector512<ulong> OverOne = Repeat(Crc32CPower.Fold(8 * VectorBytes));

    public static bool IsSupported => Pclmulqdq.V512.IsSupported && Avx512F.IsSupported;

    /// <summary>Continues a register (the CRC with all bits inverted) over bytes.</summary>
    public static uint Append(uint register, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < StepBytes) return Crc32C.AppendByWords(register, bytes);

        Vector512<ulong> a = Load(bytes, 0) ^ Vector512.CreateScalar((ulong)register);
        Vector512<ulong> b = Load(bytes, 1);
        Vector512<ulong> c = Load(bytes, 2);
        Vector512<ulong> d = Load(bytes, 3);
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
        a = Fold(a, OverOne) ^ d;
        for (; bytes.Length >= VectorBytes; bytes = bytes[VectorBytes..])
            a = Fold(a, OverOne) ^ Load(bytes, 0);
        register = Crc32CFolding256.Reduce(a.GetLower(), a.GetUpper());
        return Crc32C.AppendByWords(register, bytes);
    }

    private static Vector512<ulong> Fold(Vector512<ulong> value, Vector512<ulong> factors) =>
        Pclmulqdq.V512.CarrylessMultiply(value, factors, 0x00)
        ^ Pclmulqdq.V512.CarrylessMultiply(value, factors, 0x11);

    private static Vector512<ulong> Load(ReadOnlySpan<byte> bytes, int index) =>
        Vector512.Create(bytes.Slice(index * VectorBytes, VectorBytes)).AsUInt64();

    private static Vector512<ulong> Repeat(Vector128<ulong> factors) =>
        Vector512.Create(Vector256.Create(factors, factors), Vector256.Create(factors, factors));
}
