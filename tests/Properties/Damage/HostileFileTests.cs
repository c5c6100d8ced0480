using KvCow.Tests.Support;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Properties.Damage;

/// <summary>Files made to mislead, with every checksum right (invariant 10).</summary>
public sealed class HostileFileTests
{
    private const int FilesPerSeed = 500;

    private const int ExportsPerSeed = 40;

    [Theory, Seeds(40, Shared = true)]
    public void A_hostile_file_gives_data_or_a_documented_exception(int seed) =>
        RunSeed(seed);

    [Theory, Seeds(4, Shared = true)]
    public void A_smaller_one_does_as_well(int seed) =>
        RunSeed(HostileSamples.FirstCompactSeed + seed);

    /// <summary>Found by the campaign, and put right.</summary>
    [Theory]
    [InlineData(274, 450)] // Compaction went through shared catalogs tens of thousands of times.
    [InlineData(1023, 430)] // Read-only, the close wrote to the log beside the file.
    [InlineData(1259, 405)] // A bucket that is listed was not found, behind a wrong separator.
    [InlineData(640, 121)] // The mutator itself read behind a page that it had changed before.
    public void A_file_that_once_failed_no_longer_does(int seed, int number) =>
        Assert.Equal(1, HostileRun.RunOne(seed, number, isThorough: true).Files);

    [Theory, Seeds(20, Shared = true)]
    public void A_hostile_export_is_imported_or_refused(int seed)
    {
        HostileFigures figures = HostileExportRun.Run(seed, ExportsPerSeed);
        Assert.Equal(ExportsPerSeed, figures.Files);
        Assert.InRange(figures.RefusedAtOpen, 5, ExportsPerSeed);
    }

    private static void RunSeed(int seed)
    {
        HostileFigures figures = HostileRun.Run(seed, 0, FilesPerSeed);
        Assert.Equal(FilesPerSeed, figures.Files);
        // The mutator reaches all of them, or it tests nothing.
        Assert.InRange(figures.RefusedAtOpen, 10, FilesPerSeed - 100);
        Assert.InRange(figures.FoundByVerify, 50, FilesPerSeed);
        Assert.InRange(figures.Passed, 1, FilesPerSeed);
    }
}
