using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow.Engine;

/// <summary>The engine's figures at one moment.</summary>
internal sealed record StoreStatistics
{
    public required ulong TransactionId { get; init; }
    public required int PageBytes { get; init; }
    public required long PageCount { get; init; }
    public required long LeafPages { get; init; }
    public required long BranchPages { get; init; }
    public required long OverflowPages { get; init; }
    public required long FreeListPages { get; init; }
    public required long FreePages { get; init; }
    public required long PendingPages { get; init; }
    public required ulong UnflushedCommits { get; init; }
    public required long UnflushedBytes { get; init; }
    public required long CacheBytes { get; init; }
    public required long BudgetBytes { get; init; }
    public required long DirtyBytes { get; init; }
    public required long CacheHits { get; init; }
    public required long CacheMisses { get; init; }
    public required long CacheEvictions { get; init; }
    public required int OpenReaders { get; init; }
    public required ulong? OldestReaderTransactionId { get; init; }
    public required TimeSpan? OldestReaderAge { get; init; }
    public required OpenWriter? Writer { get; init; }
    public required TimeSpan? WriterAge { get; init; }
    public required bool Failed { get; init; }

    /// <summary>Called while nothing is being published.</summary>
    public static StoreStatistics Take(StoreParts parts, OpenWriter? writer)
    {
        MetaPage meta = parts.Snapshots.Current;
        SlotStatistics readers = parts.Snapshots.Slots.GetStatistics();
        CacheStatistics cache = parts.Cache.GetStatistics();
        (long free, long pending) = parts.Space.Counts;
        return new StoreStatistics
        {
            TransactionId = meta.Id.Value,
            PageBytes = meta.PageBytes,
            PageCount = parts.Space.PageCount,
            LeafPages = meta.Pages.Leaf,
            BranchPages = meta.Pages.Branch,
            OverflowPages = meta.Pages.Overflow,
            FreeListPages = (long)meta.Checkpoint.Count,
            FreePages = free,
            PendingPages = pending,
            UnflushedCommits = meta.Id.Value - parts.Snapshots.Safe.Value,
            UnflushedBytes = parts.Space.UnflushedCount * meta.PageBytes,
            CacheBytes = cache.BytesUsed,
            BudgetBytes = cache.BytesMax,
            DirtyBytes = cache.BytesLent,
            CacheHits = cache.Hits,
            CacheMisses = cache.Misses,
            CacheEvictions = cache.Evictions,
            OpenReaders = readers.OpenCount,
            OldestReaderTransactionId =
                readers.OpenCount == 0 ? null : readers.OldestSnapshotId,
            OldestReaderAge = readers.OpenCount == 0
                ? null
                : parts.Snapshots.Clock.AgeOf(readers.OldestSinceTimestamp),
            Writer = writer,
            WriterAge = parts.Options.TimeProvider.GetUtcNow() - writer?.Since,
            Failed = parts.File.HasFailed,
        };
    }
}
