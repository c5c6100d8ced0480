using Microsoft.Extensions.Logging;

namespace KvCow.Engine.Telemetry;

/// <summary>The lines a database logs. Each names the file.</summary>
internal static partial class StoreLog
{
    [LoggerMessage(1, LogLevel.Information,
        "Opened {Path}: commit {TransactionId}, {PageCount} pages of {PageBytes} bytes.")]
    public static partial void Opened(
        this ILogger logger, string path, ulong transactionId, long pageCount, int pageBytes);

    [LoggerMessage(2, LogLevel.Warning,
        "{Path} was not closed cleanly; its newest whole commit is {TransactionId}.")]
    public static partial void Recovered(this ILogger logger, string path, ulong transactionId);

    [LoggerMessage(3, LogLevel.Warning,
        "The free list of {Path} was unusable and has been rebuilt from the trees: "
        + "{FreePages} free pages.")]
    public static partial void FreeListRebuilt(this ILogger logger, string path, long freePages);

    [LoggerMessage(4, LogLevel.Critical,
        "A write or flush of {Path} failed. Nothing more is written until it is opened again, "
        + "which finds out what the device holds.")]
    public static partial void Failed(this ILogger logger, string path, Exception cause);

    [LoggerMessage(5, LogLevel.Warning,
        "A read transaction on {Path} has been open for {Age}. It reads commit {TransactionId}; "
        + "{PendingPages} pages cannot be used again until it is disposed.")]
    public static partial void ReaderOverdue(
        this ILogger logger, string path, TimeSpan age, ulong transactionId, long pendingPages);

    [LoggerMessage(6, LogLevel.Debug, "{Path} grew to {PageCount} pages.")]
    public static partial void Grown(this ILogger logger, string path, long pageCount);

    [LoggerMessage(7, LogLevel.Debug, "The tail of {Path} was given back: {PageCount} pages left.")]
    public static partial void Truncated(this ILogger logger, string path, long pageCount);

    [LoggerMessage(8, LogLevel.Debug,
        "Commits up to {TransactionId} of {Path} are durable: {GroupSize} by one flush.")]
    public static partial void Committed(
        this ILogger logger, string path, ulong transactionId, int groupSize);

    [LoggerMessage(9, LogLevel.Information, "Closed {Path} at commit {TransactionId}.")]
    public static partial void Closed(this ILogger logger, string path, ulong transactionId);

    [LoggerMessage(10, LogLevel.Debug,
        "A compaction of {Path} begins: {DeadPages} of {PageCount} pages are dead.")]
    public static partial void CompactionBegun(
        this ILogger logger, string path, long deadPages, long pageCount);

    [LoggerMessage(11, LogLevel.Information,
        "A compaction of {Path} ended, {End}: {BytesMoved} bytes moved since opening, "
        + "{PageCount} pages left.")]
    public static partial void CompactionEnded(
        this ILogger logger, string path, string end, long bytesMoved, long pageCount);

    [LoggerMessage(12, LogLevel.Error,
        "A compaction of {Path} failed. Unless nothing may be written any more, it is tried "
        + "again.")]
    public static partial void CompactionFailed(
        this ILogger logger, string path, Exception cause);

    [LoggerMessage(13, LogLevel.Warning,
        "A meta page of {Path} was torn or damaged; it has been written again from commit "
        + "{TransactionId}.")]
    public static partial void MetaPageMended(
        this ILogger logger, string path, ulong transactionId);
}
