namespace KvCow.Tests.Support;

/// <summary>Keeps a writer near its readers.</summary>
internal static class ReaderLag
{
    private const int CommitsMax = 50;

    /// <summary>
    /// Called before each commit: once in 50 waits until no snapshot is more commits behind. What
    /// comes after a snapshot is not used again while it is open, and a thread that the system
    /// leaves waiting keeps it open for that long: a test that bounds the file's size has to bound
    /// that, too.
    /// </summary>
    public static void Limit(Database database, long commit, CancellationToken failed)
    {
        if (commit % CommitsMax != 0) return;
        while (IsAboveMost(database.GetStatistics()))
        {
            failed.ThrowIfCancellationRequested();
            Thread.Yield();
        }
    }

    private static bool IsAboveMost(DatabaseStatistics figures) =>
        figures.OldestReaderTransactionId is { } oldest
        && figures.TransactionId - oldest > CommitsMax;
}
