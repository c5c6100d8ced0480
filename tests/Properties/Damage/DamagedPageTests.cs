using KvCow.Tests.Support;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Properties.Damage;

/// <summary>
/// Decay, misdirected and lost writes: right data or a CorruptPageException that names the page,
/// never wrong data; buckets of whole pages stay readable.
/// </summary>
public sealed class DamagedPageTests
{
    private const int BitsPerSeed = 2_500;

    [Theory, Seeds(40, Shared = true)]
    public void A_flipped_bit_is_noticed_or_harmless(int seed)
    {
        long from = (long)(seed - 1) * BitsPerSeed;
        DamageFigures figures = BitFlipRun.Run(
            seed % BitFlipRun.SampleCount, from, BitsPerSeed);
        Assert.Equal(BitsPerSeed, figures.Cases);
        Assert.InRange(figures.Noticed, BitsPerSeed / 10, BitsPerSeed - 1);
    }

    [Theory, Seeds(2, Shared = true)]
    public void A_page_zeroed_swapped_or_stale_is_noticed_or_harmless(int seed)
    {
        DamageFigures figures = PageDamageRun.Run(
            SampleContent.Small[seed % SampleContent.Small.Count]);
        Assert.InRange(figures.Cases, 1_400, int.MaxValue);
        Assert.InRange(figures.Noticed, 200, figures.Cases - 1);
    }
}
