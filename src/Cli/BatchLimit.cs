namespace KvCow.Cli;

/// <summary>Says when a batch of changes is large enough to be committed.</summary>
internal sealed class BatchLimit(Database database)
{
    /// <summary>
    /// Enough that the flush of a commit costs little, few enough that Ctrl-C loses little.
    /// </summary>
    public const int EntriesMax = 10_000;

    // Asking for the figures takes a few microseconds.
    private const int EntriesPerLook = 128;

    private readonly Database _database = database;

    // Each entry may change a page of its own, so that entries say little about memory.
    private readonly long _dirtyBytesMax = database.GetStatistics().BudgetBytes / 8;

    /// <summary>Called after each entry of the batch.</summary>
    public bool IsReached(int entries)
    {
        if (entries >= EntriesMax) return true;
        return entries % EntriesPerLook == 0
            && _database.GetStatistics().DirtyBytes >= _dirtyBytesMax;
    }
}
