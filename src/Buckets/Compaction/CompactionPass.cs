using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>One way through the whole database towards a shorter file.</summary>
/// <param name="number">From 0.</param>
/// <param name="space">How pages are used at its beginning.</param>
/// <param name="looksExpected">Pages that it will look at, about.</param>
internal sealed class CompactionPass(int number, SpaceFigures space, long looksExpected)
{
    /// <summary>
    /// Passes before a compaction gives up: the first packs, the second moves what lies behind the
    /// size reached then, and each other one what writers have put there meanwhile.
    /// </summary>
    public const int PassesMax = 8;

    public int Number => number;

    /// <summary>
    /// Where the file is to end: with some places to spare, or the last pages would have none to
    /// copy their paths to.
    /// </summary>
    public uint Target { get; } = (uint)(space.Live + Spare(space));

    public BucketSweep Sweep { get; } = new();

    /// <summary>True when all trees have been gone through.</summary>
    public bool IsAtEnd { get; set; }

    public long PagesMoved { get; set; }

    public long PagesLookedAt { get; set; }

    /// <summary>How much is done, as if each pass were as long as all that follow.</summary>
    public double Fraction
    {
        get
        {
            double done = Math.Min(1, (double)PagesLookedAt / Math.Max(1, looksExpected));
            return 1 - Math.Pow(0.5, number) + (done * Math.Pow(0.5, number + 1));
        }
    }

    /// <summary>Whether the file is short enough.</summary>
    public static bool IsShort(SpaceFigures space) =>
        space.PageCount <= space.Live + (Spare(space) * 5 / 4) + 16;

    private static long Spare(SpaceFigures space) => Math.Max(32, space.Live / 64);
}
