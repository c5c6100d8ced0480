using KvCow.Tests.Support;
using KvCow.Tests.Support.Damage;

namespace KvCow.Tests.Properties.Damage;

/// <summary>Files made to mislead, with every checksum right (invariant 10).</summary>
public sealed class HostileFileTests
{
    private const int FilesPerSeed = 500;

    private const int ExportsPerSeed = 40;

    [Theory, Seeds(40, Shared = true)]
    public void A_hostile_file_gives_data_or_a_documented_exception(int seed)
    {
        HostileFigures figures = HostileRun.Run(seed, 0, FilesPerSeed);
        Assert.Equal(FilesPerSeed, figures.Files);
        // The mutator reaches all of them, or it tests nothing.
        Assert.InRange(figures.RefusedAtOpen, 10, FilesPerSeed - 100);
        Assert.InRange(figures.FoundByVerify, 50, FilesPerSeed);
        Assert.InRange(figures.Passed, 1, FilesPerSeed);
    }

    [Theory, Seeds(20, Shared = true)]
    public void A_hostile_export_is_imported_or_refused(int seed)
    {
        HostileFigures figures = HostileExportRun.Run(seed, ExportsPerSeed);
        Assert.Equal(ExportsPerSeed, figures.Files);
        Assert.InRange(figures.RefusedAtOpen, 5, ExportsPerSeed);
    }
}
