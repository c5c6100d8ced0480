using KvCow.Engine;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>One way through the whole database towards a shorter file.</summary>
internal sealed class CompactionPass
{
    /// <summary>
    /// Passes before a compaction gives up: the first packs, the second moves what lies behind the
    /// size reached then, and each other one what writers have put there meanwhile.
    /// </summary>
    public const int PassesMax = 8;

    private readonly long _looksExpected;

    private CompactionPass(
        int number, StoreStatistics figures, SpaceFigures space, double freeRatio, bool packs)
    {
        Number = number;
        FreeRatio = freeRatio;
        Packs = packs;
        Target = (uint)(space.Live + Spare(space));
        _looksExpected = figures.BranchPages
            + (packs ? 3 * figures.LeafPages : figures.OverflowPages > 0 ? figures.LeafPages : 0);
    }

    public int Number { get; }

    /// <summary>Free pages over live ones that may be left.</summary>
    public double FreeRatio { get; }

    /// <summary>Whether under-filled leaves are joined.</summary>
    public bool Packs { get; }

    /// <summary>
    /// Where the file is to end: with some places to spare, or the last pages would have none to
    /// copy their paths to.
    /// </summary>
    public uint Target { get; }

    public BucketSweep Sweep { get; } = new();

    public long PagesMoved { get; set; }

    public long PagesLookedAt { get; set; }

    /// <summary>How much of all passes is done, as if each were as long as all that follow.</summary>
    public double Fraction
    {
        get
        {
            double done = Math.Min(1, (double)PagesLookedAt / Math.Max(1, _looksExpected));
            return 1 - Math.Pow(0.5, Number) + (done * Math.Pow(0.5, Number + 1));
        }
    }

    /// <summary>The first of a compaction to the shortest file, which packs.</summary>
    public static CompactionPass First(StoreStatistics figures, SpaceFigures space) =>
        new(0, figures, space, freeRatio: 1.0 / 64, packs: true);

    /// <summary>The first of one that leaves some free pages.</summary>
    public static CompactionPass Moving(
        StoreStatistics figures, SpaceFigures space, double freeRatio) =>
        new(0, figures, space, freeRatio, packs: false);

    public CompactionPass Next(StoreStatistics figures, SpaceFigures space) =>
        new(Number + 1, figures, space, FreeRatio, packs: false);

    /// <summary>Whether the file is short enough.</summary>
    public bool IsShort(SpaceFigures space) =>
        space.PageCount <= space.Live + (Spare(space) * 5 / 4) + 16;

    private long Spare(SpaceFigures space) => Math.Max(32, (long)(space.Live * FreeRatio));
}
