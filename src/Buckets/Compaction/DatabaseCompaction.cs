namespace KvCow;

/// <content>Compaction: making the file shorter while it is in use.</content>
public sealed partial class Database
{
    /// <summary>
    /// Makes the file as short as it can be: writes pages anew that lie behind free ones or are
    /// not full, and gives the free end back. It works in short write transactions, and other
    /// writers take their turn between them; readers never wait. It needs at most 2 MiB more room.
    /// </summary>
    /// <param name="progress">Told after each transaction; may be null.</param>
    /// <param name="ct">
    /// Stops between two transactions with an <see cref="OperationCanceledException"/>; what is
    /// done stays done.
    /// </param>
    /// <exception cref="ReadOnlyDatabaseException">The database was opened read-only.</exception>
    /// <exception cref="WriterTimeoutException">
    /// <see cref="DatabaseOptions.WriterTimeout"/> went by.
    /// </exception>
    /// <exception cref="DatabaseFailedException">A write failed, now or earlier.</exception>
    public CompactionResult Compact(
        IProgress<CompactionProgress>? progress = null, CancellationToken ct = default) =>
        _compactor.Run(long.MaxValue, progress, ct);

    /// <summary>A part of it: ends when about so many bytes are written.</summary>
    /// <param name="bytesBudget">
    /// Bytes of pages, at least 1; a step of up to 1 MiB or one long value is not cut short.
    /// </param>
    /// <param name="progress">As above.</param>
    /// <param name="ct">As above.</param>
    public CompactionResult Compact(long bytesBudget,
        IProgress<CompactionProgress>? progress = null, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bytesBudget);
        return _compactor.Run(bytesBudget, progress, ct);
    }

    /// <summary>The same as without a budget, on a thread of the pool.</summary>
    public Task<CompactionResult> CompactAsync(
        IProgress<CompactionProgress>? progress = null, CancellationToken ct = default) =>
        Task.Run(() => Compact(progress, ct), ct);

    /// <summary>The same as with a budget, on a thread of the pool.</summary>
    public Task<CompactionResult> CompactAsync(long bytesBudget,
        IProgress<CompactionProgress>? progress = null, CancellationToken ct = default) =>
        Task.Run(() => Compact(bytesBudget, progress, ct), ct);
}
