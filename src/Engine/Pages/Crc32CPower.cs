using System.Runtime.Intrinsics;

namespace KvCow.Engine.Pages;

/// <summary>
/// Powers of x modulo the CRC's polynomial P: what a register is multiplied by to move it over
/// bytes that are computed apart from it.
/// </summary>
/// <remarks>
/// All numbers are reflected: bit 31 is the coefficient of x^0. The product of two reflected
/// numbers a, b of 32 bits, in a register of 64, stands for a * b * x; the CRC instruction
/// multiplies by x^32. Together that is 33 too many, which the exponents below make up for.
/// </remarks>
internal static class Crc32CPower
{
    /// <summary>P = x^32 + x^28 + x^27 + … + x^6 + 1, reflected and without x^32.</summary>
    private const uint Polynomial = 0x82F63B78;

    private const int Excess = 33;

    /// <summary>x^(bits - 33) mod P: moves a register over so many bits.</summary>
    public static uint OverBits(int bits)
    {
        uint power = 0x8000_0000;
        for (int i = 0; i < bits - Excess; i++)
            power = (power >> 1) ^ ((power & 1) == 0 ? 0 : Polynomial);
        return power;
    }

    /// <summary>
    /// The factors that move 128 bits over so many: the low half stands for the higher powers, so
    /// it has 64 bits more to go.
    /// </summary>
    public static Vector128<ulong> Fold(int bits) =>
        Vector128.Create((ulong)OverBits(bits + 64), OverBits(bits));
}
