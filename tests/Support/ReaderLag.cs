namespace KvCow.Tests.Support;

/// <summary>Keeps a writer near its readers.</summary>
internal static class ReaderLag
{
    /// <summary>
    /// Waits until no snapshot is more commits behind. What comes after a snapshot is not used
    /// again while it is open, and a thread that the system leaves waiting keeps it open for that
    /// long: a test that bounds the file's size has to bound that, too.
    /// </summary>
    public static void Wait(Database database, ulong commitsMax, CancellationToken failed)
    {
        while (IsAbove(database.GetStatistics(), commitsMax))
        {
            failed.ThrowIfCancellationRequested();
            Thread.Yield();
        }
    }

    private static bool IsAbove(DatabaseStatistics figures, ulong commitsMax) =>
        figures.OldestReaderTransactionId is { } oldest
        && figures.TransactionId - oldest > commitsMax;
}
