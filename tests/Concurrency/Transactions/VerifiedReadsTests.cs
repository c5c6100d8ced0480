using KvCow.Engine;
using KvCow.Engine.Storage;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Histories;

namespace KvCow.Tests.Concurrency.Transactions;

/// <summary>
/// Readers check every byte of their snapshots while a writer commits: each snapshot is one commit,
/// whole, no older than the last one acknowledged before it began. The cache is much smaller than
/// the file and poisons the frames it frees, and the file's pages are used again all the time.
/// </summary>
public sealed class VerifiedReadsTests
{
    [Theory, Seeds(2, Shared = true)]
    public void Snapshots_on_a_simulated_disk_are_their_commits(int seed)
    {
        using TestDatabase test = TestDatabase.Create(Options(seed));
        VerifiedReadsRun.Run(test.Database, seed, commits: 5_000, readsMin: 400_000);
    }

    [Theory, Seeds(2, Shared = true)]
    public void Snapshots_on_a_file_are_their_commits(int seed)
    {
        string directory = Directory.CreateTempSubdirectory("kvcow").FullName;
        try
        {
            string path = Path.Combine(directory, "reads.kvcow");
            using (Database database = Database.Open(new FileStorage(path), Options(seed)))
                VerifiedReadsRun.Run(database, seed, commits: 1_500, readsMin: 125_000);
            using Database reopened = Database.Open(path);
            Assert.Empty(reopened.Verify().Findings);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The fewest frames there can be, or a redo log whose pages stay in a few.</summary>
    private static StoreOptions Options(int seed) => new()
    {
        CacheBytes = seed % 2 == 0 ? 512 << 10 : 0,
        RedoBytesMax = seed % 2 == 0 ? 32 << 20 : 0,
        PoisonFreedFrames = true,
    };
}
