using Xunit;

namespace KvCow.Tests.Support.Histories;

/// <summary>
/// Readers check every byte of their snapshots while a writer commits: each snapshot is one commit,
/// whole, no older than the last one acknowledged before it began.
/// </summary>
internal static class VerifiedReadsRun
{
    private const int Readers = 3;
    private const int Keys = 1_500;

    /// <returns>How many entries were read and compared.</returns>
    public static long Run(Database database, int seed, int commits, int readsMin)
    {
        History history = HistoryWriter.Begin(database, Keys, commits);
        HistoryReader[] readers = [.. Enumerable.Range(0, Readers).Select(
            i => new HistoryReader(database, history, new Random((seed * 100) + i)))];
        long reads = 0;
        Threads.Run(Readers + 1, (thread, failed) =>
        {
            if (thread == Readers)
            {
                Write(database, history, new Random(seed), readsMin, ref reads, failed);
                return;
            }

            HistoryReader reader = readers[thread];
            while (history.Acknowledged < commits || Interlocked.Read(ref reads) < readsMin)
            {
                failed.ThrowIfCancellationRequested();
                long before = reader.ReadCount;
                reader.CheckSnapshot();
                Interlocked.Add(ref reads, reader.ReadCount - before);
            }
        });

        Assert.True(readers.Sum(reader => reader.ReadCount) >= readsMin);
        Assert.All(readers, reader => Assert.True(reader.SnapshotCount > 10));
        DatabaseStatistics figures = database.GetStatistics();
        Assert.True(figures.CacheEvictions > commits);
        Assert.True(figures.PageCount < 2_000, $"{figures.PageCount} pages: none was reused.");
        Assert.Equal(0, figures.OpenReaders);
        return readers.Sum(reader => reader.ReadCount);
    }

    private static void Write(
        Database database, History history, Random random, long readsMin, ref long reads,
        CancellationToken failed)
    {
        long commits = history.CommitCount;
        HistoryWriter writer = new(database, history, random);
        for (long commit = 0; commit < commits; commit++)
        {
            // Neither runs ahead: the reads spread over all of the commits.
            ReaderLag.Limit(database, commit, failed);
            while (Interlocked.Read(ref reads) * commits < commit * readsMin)
            {
                failed.ThrowIfCancellationRequested();
                Thread.Yield();
            }

            if (commit % 100 == 99) writer.RollBack();
            writer.Commit();
        }
    }
}
