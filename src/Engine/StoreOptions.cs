using KvCow.Engine.Pages;
using Microsoft.Extensions.Logging;

namespace KvCow.Engine;

/// <summary>How the engine opens a file; the public options, checked.</summary>
internal sealed record StoreOptions
{
    /// <summary>Used when the file is created; an existing file keeps its own.</summary>
    public int PageBytes { get; init; } = PageLimits.PageBytesDefault;

    /// <summary>Most bytes for cached and dirty pages, unless a budget is shared.</summary>
    public long CacheBytes { get; init; } = 256L << 20;

    /// <summary>Shared with other stores; null for one of its own.</summary>
    public MemoryBudget? Budget { get; init; }

    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>
    /// Pages of Eventual commits, in bytes, past which a flush begins without being asked for.
    /// </summary>
    public long UnflushedBytesMax { get; init; } = 32L << 20;

    /// <summary>How long an Eventual commit waits until a flush begins.</summary>
    public TimeSpan UnflushedTimeMax { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a flush waits at most for writers that are expected again; see
    /// <see cref="Transactions.GroupWindow"/>.
    /// </summary>
    public TimeSpan GroupPatience { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Bytes of the redo log past which the pages of its commits are written; 0 for no log. The
    /// public options have one by default.
    /// </summary>
    public long RedoBytesMax { get; init; }

    /// <summary>
    /// Whether those pages are written by a thread of their own, and flushes that nobody waits for
    /// are made by one. Otherwise whoever flushes writes some pages after each flush, and makes
    /// what flushes are due, so that a test knows the order.
    /// </summary>
    public bool WritesPagesBeside { get; init; }

    /// <summary>
    /// Pages written at a time while commits go on: a flush of theirs may have to wait for so many.
    /// Measured, see decision 25.
    /// </summary>
    public int PagesPerStep { get; init; } = 32;

    public CreateMode CreateMode { get; init; } = CreateMode.OpenOrCreate;

    public bool ReadOnly { get; init; }

    /// <summary>How long opening waits for another handle to let go of the file.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long beginning a write waits for its turn.</summary>
    public TimeSpan WriterTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Go back one commit when the newest, though acknowledged, turns out damaged.
    /// </summary>
    public bool RollbackToLastGood { get; init; }

    /// <summary>
    /// Overwrites cache frames that become free, so that tests see who still looks.
    /// </summary>
    public bool PoisonFreedFrames { get; init; }

    /// <summary>
    /// Most bytes of free-list deltas that ride in the meta page, if the page has room for them.
    /// Tests lower it, so that a few commits reach the log beside the file.
    /// </summary>
    public int InlineDeltaBytesMax { get; init; } = int.MaxValue;

    /// <summary>
    /// Size past which the log of the free list is folded into a checkpoint; null: what is usual.
    /// Tests lower it, so that a few commits reach a checkpoint.
    /// </summary>
    public long? LogBytesMax { get; init; }

    /// <summary>
    /// How long a compaction waits for readers to end that hold the places it needs.
    /// </summary>
    public TimeSpan CompactionPatience { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// Share of the file's pages that may be free or pending before it is compacted in the
    /// background; 1: never.
    /// </summary>
    public double DeadShareMax { get; init; } = 1;

    /// <summary>
    /// Bytes of dead pages below which a file is left as it is: a small one wastes little.
    /// </summary>
    public long DeadBytesMin { get; init; } = 4 << 20;

    /// <summary>
    /// How long a compaction in the background waits at first: a burst of commits often uses again
    /// what it has freed, and whoever opens a file for one change is gone by then.
    /// </summary>
    public TimeSpan CompactionDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Age past which an open reader is reported, after a commit.</summary>
    public TimeSpan ReaderAgeWarning { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Where to log; null: nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
