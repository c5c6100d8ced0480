using KvCow.Engine.Cache;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Reports a reader that has been open for too long, once. Looked for after a flush, because only
/// commits make an old reader cost space.
/// </summary>
internal sealed class OverdueReaders(StoreParts parts)
{
    private readonly TimeSpan _ageMax = parts.Options.ReaderAgeWarning;
    private long _reportedSince = long.MinValue;

    /// <summary>Called by one thread at a time.</summary>
    public void Report()
    {
        if (_ageMax == Timeout.InfiniteTimeSpan) return;
        SlotStatistics readers = parts.Snapshots.Slots.GetStatistics();
        if (readers.OpenCount == 0 || readers.OldestSinceTimestamp == _reportedSince) return;
        TimeSpan age = parts.Snapshots.Clock.AgeOf(readers.OldestSinceTimestamp);
        if (age < _ageMax) return;
        _reportedSince = readers.OldestSinceTimestamp;
        parts.File.Telemetry.ReaderOverdue(
            age, readers.OldestSnapshotId, parts.Space.Counts.Pending);
    }
}
