using System.Globalization;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Campaign;

/// <summary>The rows of files that decay, and of files made to mislead.</summary>
internal static class DamageCampaigns
{
    private const int BitsPerSeed = 2_500;

    public static readonly CampaignKind[] List =
    [
        new("bit-flips", "bits", 2_000_000, BitsPerSeed, FlipBits),
        new("page-damage", "pages", 100_000, 30, DamagePages),
        new("hostile-files", "files", 100_000_000, 500, MakeFiles),
        new("hostile-exports", "exports", 1_000_000, 40, MakeExports),
    ];

    /// <summary>
    /// The samples take turns, and each seed has bits of its own, of which a smaller run flips the
    /// first: together the seeds go through every bit of them.
    /// </summary>
    private static long FlipBits(int seed, int size)
    {
        int samples = BitFlipRun.SampleCount;
        long from = (seed - 1) / samples * (long)BitsPerSeed;
        return BitFlipRun.Run(seed % samples, from, Math.Min(size, BitsPerSeed)).Cases;
    }

    /// <summary>Each seed has a database of its own size, closed cleanly or with a log.</summary>
    private static long DamagePages(int seed, int size)
    {
        bool isClean = seed % 2 == 0;
        SampleContent sample = SampleContent.Build(
            string.Create(CultureInfo.InvariantCulture, $"{size + seed} entries"), 4096,
            entries: size + seed, isClean, inlineBytes: isClean ? int.MaxValue : 0);
        return PageDamageRun.Run(sample).Cases;
    }

    private static long MakeFiles(int seed, int size) => HostileRun.Run(seed, 0, size).Files;

    private static long MakeExports(int seed, int size) => HostileExportRun.Run(seed, size).Files;
}
