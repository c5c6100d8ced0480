namespace KvCow.Tests.Support.Damage;

/// <summary>Every bit of a small database flipped, one at a time, in an order that jumps.</summary>
internal static class BitFlipRun
{
    /// <summary>From one case to the next; prime, so that all bits have their turn once.</summary>
    private const long Stride = 1_000_003;

    private static readonly (SampleContent Sample, DamageOracle Oracle)[] Samples =
        [.. SampleContent.Small.Select(static sample => (sample, new DamageOracle(sample)))];

    public static int SampleCount => Samples.Length;

    /// <summary>How many bits there are to flip.</summary>
    public static long BitsOf(int sample) => 8L * (Samples[sample].Sample.Image.Main.Length
        + (Samples[sample].Sample.Image.Pending?.Length ?? 0));

    /// <summary>Flips bits from one case on, in a sample.</summary>
    public static DamageFigures Run(int sample, long from, long count)
    {
        (SampleContent content, DamageOracle oracle) = Samples[sample];
        FileImage image = content.Image.Copy();
        DamageFigures figures = default;
        for (long number = from; number < from + count; number++)
        {
            long bit = number * Stride % BitsOf(sample);
            bool isMain = bit / 8 < image.Main.Length;
            byte[] bytes = isMain ? image.Main : image.Pending!; // Counted by BitsOf.
            long at = isMain ? bit / 8 : bit / 8 - image.Main.Length;
            bytes[at] ^= (byte)(1 << (int)(bit % 8));
            try
            {
                bool isNoticed = isMain
                    ? oracle.Check(image, [at / 4096], verify: number % 4 == 0)
                    : oracle.Check(image);
                figures += new DamageFigures(1, isNoticed ? 1 : 0);
            }
            catch (Exception failure)
            {
                throw new HostileFileException($"{content.Name}, case {number}, bit {bit}, "
                    + $"page {(isMain ? at / 4096 : -1)}", failure);
            }

            bytes[at] ^= (byte)(1 << (int)(bit % 8));
        }

        return figures;
    }
}
