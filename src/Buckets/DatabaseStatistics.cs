using KvCow.Engine;

namespace KvCow;

/// <summary>Figures of a database at one moment.</summary>
public sealed record DatabaseStatistics
{
    internal DatabaseStatistics(StoreStatistics figures, CompactionFigures compaction)
    {
        Compaction = compaction;
        TransactionId = figures.TransactionId;
        PageBytes = figures.PageBytes;
        PageCount = figures.PageCount;
        LeafPages = figures.LeafPages;
        BranchPages = figures.BranchPages;
        OverflowPages = figures.OverflowPages;
        FreeListPages = figures.FreeListPages;
        FreePages = figures.FreePages;
        PendingPages = figures.PendingPages;
        UnflushedCommits = figures.UnflushedCommits;
        UnflushedBytes = figures.UnflushedBytes;
        CacheBytes = figures.CacheBytes;
        BudgetBytes = figures.BudgetBytes;
        DirtyBytes = figures.DirtyBytes;
        CacheHits = figures.CacheHits;
        CacheMisses = figures.CacheMisses;
        CacheEvictions = figures.CacheEvictions;
        OpenReaders = figures.OpenReaders;
        OldestReaderTransactionId = figures.OldestReaderTransactionId;
        OldestReaderAge = figures.OldestReaderAge;
        Writer = figures.Writer;
        WriterAge = figures.WriterAge;
        IsFailed = figures.Failed;
    }

    /// <summary>Number of the newest commit.</summary>
    public ulong TransactionId { get; }

    /// <summary>Size of a page in bytes.</summary>
    public int PageBytes { get; }

    /// <summary>Pages of the file, of all kinds, in use or not.</summary>
    public long PageCount { get; }

    /// <summary>Pages of keys and values, in all buckets and catalogs.</summary>
    public long LeafPages { get; }

    /// <summary>Pages of separators, in all buckets and catalogs.</summary>
    public long BranchPages { get; }

    /// <summary>Pages of large values.</summary>
    public long OverflowPages { get; }

    /// <summary>Pages of the free list itself.</summary>
    public long FreeListPages { get; }

    /// <summary>Pages that the next commit may use.</summary>
    public long FreePages { get; }

    /// <summary>Pages replaced by commits, still read by an open transaction.</summary>
    public long PendingPages { get; }

    /// <summary>
    /// <see cref="Durability.Eventual"/> commits that are visible and not durable yet.
    /// </summary>
    public ulong UnflushedCommits { get; }

    /// <summary>Bytes of pages that the next flush, or the one under way, makes durable.</summary>
    public long UnflushedBytes { get; }

    /// <summary>Size of the file in bytes.</summary>
    public long FileBytes => PageCount * PageBytes;

    /// <summary>Bytes of pages in use by the newest commit.</summary>
    public long LiveBytes => (PageCount - FreePages - PendingPages) * PageBytes;

    /// <summary>Bytes of free pages.</summary>
    public long FreeBytes => FreePages * PageBytes;

    /// <summary>Bytes of pending pages.</summary>
    public long PendingBytes => PendingPages * PageBytes;

    /// <summary>
    /// Bytes that a compaction could give back: free ones, and pending ones once no reader, see
    /// <see cref="OldestReaderAge"/>, holds them.
    /// </summary>
    public long DeadBytes => FreeBytes + PendingBytes;

    /// <summary>What the compaction in the background does.</summary>
    public CompactionFigures Compaction { get; }

    /// <summary>Bytes of memory in use for committed pages.</summary>
    public long CacheBytes { get; }

    /// <summary>
    /// Bytes of memory in use for pages that the write transaction has changed. Past half of the
    /// budget the coldest of them are written to the file, where only this transaction sees them.
    /// </summary>
    public long DirtyBytes { get; }

    /// <summary>
    /// Most bytes of memory for cached and changed pages together: this database's part of its
    /// budget. Only pages that running operations and pinned values hold may exceed it, and for as
    /// long.
    /// </summary>
    public long BudgetBytes { get; }

    /// <summary>Page reads served from memory since opening.</summary>
    public long CacheHits { get; }

    /// <summary>Page reads that went to the file since opening.</summary>
    public long CacheMisses { get; }

    /// <summary>Pages dropped from memory for others since opening.</summary>
    public long CacheEvictions { get; }

    /// <summary>Read transactions open now.</summary>
    public int OpenReaders { get; }

    /// <summary>Number of the oldest commit still read; null without readers.</summary>
    public ulong? OldestReaderTransactionId { get; }

    /// <summary>How long the oldest reader has been open; null without readers.</summary>
    public TimeSpan? OldestReaderAge { get; }

    /// <summary>True while a write transaction is open.</summary>
    public bool IsWriterOpen => Writer is not null;

    /// <summary>Who has the write transaction open, and since when; null without one.</summary>
    public OpenWriter? Writer { get; }

    /// <summary>How long it has been open; null without one.</summary>
    public TimeSpan? WriterAge { get; }

    /// <summary>True after a failed write or flush: nothing more is written.</summary>
    public bool IsFailed { get; }
}
