namespace KvCow;

/// <summary>What a salvage brought over, and what it could not.</summary>
public sealed record SalvageReport
{
    /// <summary>The commit that the data is of; 0 if no meta page was left to tell.</summary>
    public required ulong CommitId { get; init; }

    /// <summary>
    /// True if a newer commit is known to have been acknowledged, or its meta page is damaged: then
    /// the data is that of an older commit, and what came after it is lost.
    /// </summary>
    public required bool IsOlderCommit { get; init; }

    /// <summary>Buckets brought over, nested ones counted.</summary>
    public required long Buckets { get; init; }

    /// <summary>Entries brought over to the buckets where they belong.</summary>
    public required long Entries { get; init; }

    /// <summary>
    /// Of those, the ones in leaves found by themselves, since the page above is damaged. Each is
    /// whole and in use; that no write to it was ever lost is not shown by anything. Counted before
    /// the redo log's commits, which may have deleted some.
    /// </summary>
    public required long LooseEntries { get; init; }

    /// <summary>
    /// Entries of whole leaves whose bucket is not known; they are in <see cref="FoundBucket"/>.
    /// </summary>
    public required long FoundEntries { get; init; }

    /// <summary>The top-level bucket with what was found; null if there is none.</summary>
    public required string? FoundBucket { get; init; }

    /// <summary>
    /// True if the free list could not be read, or the newest commits are in the redo log: then
    /// <see cref="FoundBucket"/> may hold what had been replaced or deleted before the damage.
    /// </summary>
    public required bool FoundMayBeStale { get; init; }

    /// <summary>Everything that is missing lies in one of these ranges.</summary>
    public required IReadOnlyList<SalvageLoss> Losses { get; init; }

    /// <summary>True if nothing was lost.</summary>
    public bool IsComplete => Losses.Count == 0 && !IsOlderCommit && CommitId != 0;
}
