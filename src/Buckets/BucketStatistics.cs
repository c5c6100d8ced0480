namespace KvCow;

/// <summary>Figures of one bucket at one moment.</summary>
public sealed record BucketStatistics
{
    internal BucketStatistics()
    {
    }

    /// <summary>Entries, without those of nested buckets.</summary>
    public required long Count { get; init; }

    /// <summary>Levels of the tree of entries; 0 when empty.</summary>
    public required int Depth { get; init; }

    /// <summary>Buckets directly in this one.</summary>
    public required long NestedBucketCount { get; init; }

    /// <summary>The last number handed out by <see cref="WritableBucket.NextSequence"/>.</summary>
    public required ulong Sequence { get; init; }
}
