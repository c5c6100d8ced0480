namespace KvCow.Tests.Support.Damage;

/// <summary>The sound databases that <see cref="HostileRun"/> makes hostile.</summary>
internal static class HostileSamples
{
    /// <summary>
    /// The campaign's seeds from here on begin with smaller files, of which more can be tried in
    /// the same time. They have the same kinds of page, and trees of as many levels.
    /// </summary>
    public const int FirstCompactSeed = 10_000;

    private const int CompactEntries = 60;

    private static readonly Lazy<(SampleContent Sample, FileMap Map)[]> Large =
        new(static () => Mapped(SampleContent.All));

    private static readonly Lazy<(SampleContent Sample, FileMap Map)[]> Compact =
        new(static () => Mapped(BuildCompact()));

    /// <summary>Those of a seed.</summary>
    public static (SampleContent Sample, FileMap Map)[] For(int seed) =>
        (seed < FirstCompactSeed ? Large : Compact).Value;

    private static IEnumerable<SampleContent> BuildCompact()
    {
        // With the redo log a file has more free pages than others, most of them the log's.
        yield return Build("clean, compact", 4096, isClean: true, int.MaxValue, hasRedo: false);
        yield return Build("stopped, with a redo log", 4096, isClean: false, int.MaxValue, true);
        yield return Build("stopped, with a log", 4096, isClean: false, 0, hasRedo: false);
        yield return Build("clean, of larger pages", 8192, isClean: true, int.MaxValue, false);
    }

    private static SampleContent Build(
        string name, int pageBytes, bool isClean, int inlineBytes, bool hasRedo) =>
        SampleContent.Build(name, pageBytes, CompactEntries, isClean, inlineBytes, hasRedo);

    private static (SampleContent Sample, FileMap Map)[] Mapped(
        IEnumerable<SampleContent> samples) =>
        [.. samples.Select(static sample => (sample, FileMap.Of(sample.Image)))];
}
