using KvCow.Engine;
using KvCow.Engine.Pages;
using Microsoft.Extensions.Logging;

namespace KvCow;

/// <summary>How a database is opened. The defaults are meant for use.</summary>
public sealed record DatabaseOptions
{
    /// <summary>
    /// Least bytes of cache: room for the paths of several readers even with the largest pages.
    /// </summary>
    public const long CacheBytesMin = MemoryBudget.BytesMin;

    /// <summary>
    /// Page size in bytes, a power of two from 4096 to 65536. Used when the file is created; an
    /// existing file keeps its own. 4096 by default.
    /// </summary>
    public int PageBytes { get; init; } = PageLimits.PageBytesDefault;

    /// <summary>
    /// Most bytes of memory for cached and changed pages together. 256 MiB by default, or a quarter
    /// of the memory if that is less. A transaction that changes more pages than fit in half of it
    /// writes some of them to the file before its commit.
    /// </summary>
    public long CacheBytes { get; init; } = MemoryBudget.BytesDefault;

    /// <summary>
    /// Memory to share with other databases, instead of <see cref="CacheBytes"/>; null by default.
    /// </summary>
    public MemoryBudget? SharedBudget { get; init; }

    /// <summary>What a commit waits for, unless it says so itself.</summary>
    public Durability Durability { get; init; } = Durability.Full;

    /// <summary>
    /// Bytes of changes of <see cref="Durability.Eventual"/> commits past which a flush begins by
    /// itself; 32 MiB by default. At four times as many, commits wait for it. A crash may lose so
    /// much.
    /// </summary>
    public long UnflushedBytesMax { get; init; } = 32L << 20;

    /// <summary>
    /// How long an <see cref="Durability.Eventual"/> commit waits until a flush begins by itself;
    /// 100 ms by default, <see cref="Timeout.InfiniteTimeSpan"/> for until something else flushes.
    /// </summary>
    public TimeSpan UnflushedTimeMax { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Bytes of the redo log past which the pages of its commits are written: 32 MiB by default; 0
    /// for no log: then each commit writes its pages. With it, small commits are durable by what
    /// the log tells of them: fewer writes, more to do again when the database is opened after a
    /// crash, and more pages kept in memory, at most a quarter of <see cref="CacheBytes"/>.
    /// </summary>
    public long RedoLogBytesMax { get; init; } = 32L << 20;

    /// <summary>What opening does about a file that exists or does not.</summary>
    public CreateMode CreateMode { get; init; } = CreateMode.OpenOrCreate;

    /// <summary>
    /// Opens for reading only, beside other readers of the file, which must exist.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Opens with the commit before, if the newest was acknowledged and is damaged; what it had
    /// changed is lost. Without it opening fails then with a <see cref="CorruptPageException"/>.
    /// </summary>
    /// <remarks>
    /// Only damage that opening comes upon counts: to the pages of the last commit, after a stop
    /// that was not a close. Reading the rest is up to <c>Verify</c>.
    /// </remarks>
    public bool RollbackToLastGood { get; init; }

    /// <summary>
    /// How long opening waits for another process or handle to let go of the file; 5 seconds by
    /// default, <see cref="Timeout.InfiniteTimeSpan"/> for ever. With zero it may be refused though
    /// nobody has the file any more: on Unix a process that is just being started shares the locks
    /// of the one that starts it, for some milliseconds.
    /// </summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long beginning a write waits for the one in progress; for ever by default.
    /// </summary>
    public TimeSpan WriterTimeout { get; init; } = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// Share of the file's bytes that may be dead, free or held by readers, before the file is
    /// compacted in the background: 0.4 by default, between 0 and 1; 1 for never. It counts from
    /// 4 MiB of dead bytes on. Small steps take the writer's turn at most half of the time; values
    /// longer than 16 MiB stay where they are. <see cref="DatabaseStatistics.Compaction"/> tells
    /// what it does, and whether it failed.
    /// </summary>
    public double DeadShareMax { get; init; } = 0.4;

    /// <summary>
    /// A read transaction open for longer is reported once, after a commit: a warning in the log
    /// and the counter <c>kvcow.readers.overdue</c>. One minute by default,
    /// <see cref="Timeout.InfiniteTimeSpan"/> for never.
    /// </summary>
    public TimeSpan ReaderAgeWarning { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Where the database logs, in the category <c>KvCow</c>; null, the default, for nowhere.
    /// Metrics and spans need no option: listen to the meter and the activity source <c>KvCow</c>.
    /// </summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The clock for time limits and for the age of readers.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>The same for the engine, after checking each value.</summary>
    internal StoreOptions ToStoreOptions()
    {
        if (!PageLimits.IsPageSize(PageBytes))
        {
            throw new ArgumentOutOfRangeException(nameof(PageBytes), PageBytes,
                $"A page has {PageLimits.PageBytesMin} to {PageLimits.PageBytesMax} bytes, a power "
                + "of two.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(CacheBytes, CacheBytesMin);
        ThrowIfUnknown(Durability);
        ThrowIfUnknown(CreateMode);
        ThrowIfNoTime(LockTimeout, nameof(LockTimeout));
        ThrowIfNoTime(WriterTimeout, nameof(WriterTimeout));
        ThrowIfNoTime(ReaderAgeWarning, nameof(ReaderAgeWarning));
        ThrowIfNoTime(UnflushedTimeMax, nameof(UnflushedTimeMax));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(UnflushedBytesMax);
        ArgumentOutOfRangeException.ThrowIfNegative(RedoLogBytesMax);
        if (!(DeadShareMax > 0 && DeadShareMax <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(DeadShareMax), DeadShareMax,
                "The share is more than 0 and at most 1.");
        }

        ArgumentNullException.ThrowIfNull(TimeProvider);
        if (ReadOnly && CreateMode == CreateMode.CreateNew)
        {
            throw new ArgumentException("A database cannot be created read-only.");
        }

        return new StoreOptions
        {
            PageBytes = PageBytes,
            CacheBytes = CacheBytes,
            Budget = SharedBudget,
            Durability = Durability,
            UnflushedBytesMax = UnflushedBytesMax,
            UnflushedTimeMax = UnflushedTimeMax,
            RedoBytesMax = RedoLogBytesMax,
            WritesPagesBeside = true,
            RollbackToLastGood = RollbackToLastGood,
            CreateMode = ReadOnly ? CreateMode.OpenExisting : CreateMode,
            ReadOnly = ReadOnly,
            LockTimeout = LockTimeout,
            WriterTimeout = WriterTimeout,
            CompactionPatience = TimeSpan.FromSeconds(1),
            GroupPatience = TimeSpan.FromMilliseconds(2),
            DeadShareMax = DeadShareMax,
            ReaderAgeWarning = ReaderAgeWarning,
            LoggerFactory = LoggerFactory,
            TimeProvider = TimeProvider,
        };
    }

    internal static void ThrowIfUnknown<T>(T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(
                typeof(T).Name, value, "The value has no meaning.");
        }
    }

    private static void ThrowIfNoTime(TimeSpan time, string name)
    {
        if (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(
                name, time, "A time limit is not negative, or Timeout.InfiniteTimeSpan.");
        }
    }
}
