namespace KvCow.Engine.Cache;

/// <summary>The snapshots held at one moment; the oldest is 0 when there are none.</summary>
internal readonly record struct SlotStatistics(
    int OpenCount, ulong OldestSnapshotId, long OldestSinceTimestamp);
