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
    private static readonly StoreOptions Options = new()
    {
        CacheBytes = 0, // The fewest frames there can be.
        PoisonFreedFrames = true,
    };

    [Theory, Seeds(count: 1)]
    public void Snapshots_on_a_simulated_disk_are_their_commits(int seed)
    {
        using TestDatabase test = TestDatabase.Create(Options);
        VerifiedReadsRun.Run(test.Database, seed, commits: 10_000, readsMin: 800_000);
    }

    [Theory, Seeds(count: 1)]
    public void Snapshots_on_a_file_are_their_commits(int seed)
    {
        string directory = Directory.CreateTempSubdirectory("kvcow").FullName;
        try
        {
            string path = Path.Combine(directory, "reads.kvcow");
            using (Database database = Database.Open(new FileStorage(path), Options))
                VerifiedReadsRun.Run(database, seed, commits: 3_000, readsMin: 250_000);
            using Database reopened = Database.Open(path);
            Assert.Empty(reopened.Verify().Findings);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
