namespace KvCow.Engine.Transactions;

/// <summary>How the pages of the file are used at one moment.</summary>
/// <param name="PageCount">All of them.</param>
/// <param name="Free">Those that the next commit may take.</param>
/// <param name="Pending">Those that only older snapshots reach.</param>
/// <param name="CheckpointEnd">The page behind the last one of the free list's checkpoint.</param>
internal readonly record struct SpaceFigures(
    uint PageCount, long Free, long Pending, uint CheckpointEnd)
{
    /// <summary>Pages of the newest commit, meta pages and free list included.</summary>
    public long Live => PageCount - Free - Pending;
}
