using KvCow.Engine;
using Xunit;

namespace KvCow.Tests.Support.Histories;

/// <summary>
/// A read transaction that stays open while thousands of commits go by: its snapshot stays as it
/// was, and its pages come back within two commits of its end.
/// </summary>
internal static class PinnedReaderRun
{
    private const int Keys = 200;

    /// <param name="seed">Every choice follows from it.</param>
    /// <param name="commits">At least 1,000.</param>
    public static void Run(int seed, int commits)
    {
        ManualTime time = new();
        using TestDatabase test = TestDatabase.Create(new StoreOptions
        {
            CacheBytes = 0,
            PoisonFreedFrames = true,
            TimeProvider = time,
        });
        Database database = test.Database;
        History history = HistoryWriter.Begin(database, Keys, commits + 100);
        Random random = new(seed);
        HistoryWriter writer = new(database, history, random);
        for (int i = 0; i < 98; i++) writer.Commit();

        using (ReadTransaction pinned = database.BeginRead())
        {
            Bucket bucket = pinned.OpenBucket(HistoryWriter.Bucket);
            HistoryReader reader = new(database, history, random);
            int commit = history.NumberOf(pinned);
            long pending = 0;
            for (int i = 1; i <= commits; i++)
            {
                writer.Commit();
                time.Advance(TimeSpan.FromSeconds(1));
                if (i % 500 != 0) continue;
                reader.CheckScan(bucket, commit);
                reader.CheckGets(bucket, commit, 100);
                reader.CheckReverseScan(bucket, commit);
                pending = CheckFigures(database, pinned, TimeSpan.FromSeconds(i), pending);
            }

            Assert.True(pending > commits, $"Only {pending} pages are pending.");
        }

        DatabaseStatistics before = database.GetStatistics();
        Assert.Null(before.OldestReaderTransactionId);
        Assert.Null(before.OldestReaderAge);
        Assert.Equal(0, before.OpenReaders);
        writer.Commit();
        writer.Commit();
        DatabaseStatistics after = database.GetStatistics();
        Assert.InRange(after.PendingPages, 0, 200);
        Assert.True(after.FreePages + (before.PageCount - after.PageCount) > commits / 2);
        Assert.Empty(database.Verify().Findings);
    }

    /// <summary>Each commit adds what it replaced, and nothing else grows.</summary>
    private static long CheckFigures(
        Database database, ReadTransaction pinned, TimeSpan age, long pendingBefore)
    {
        DatabaseStatistics figures = database.GetStatistics();
        Assert.Equal(pinned.Id, figures.OldestReaderTransactionId);
        Assert.Equal(age, figures.OldestReaderAge);
        Assert.Equal(1, figures.OpenReaders);
        Assert.True(figures.PendingPages > pendingBefore);
        Assert.True(figures.CacheBytes <= figures.BudgetBytes);
        return figures.PendingPages;
    }
}
