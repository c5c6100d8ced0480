namespace KvCow;

/// <summary>What the compaction in the background has done since the database was opened.</summary>
public sealed record CompactionFigures
{
    internal CompactionFigures()
    {
    }

    /// <summary>True from the first step of a run to its last, pauses included.</summary>
    public bool IsRunning { get; internal init; }

    /// <summary>Runs that came to an end of their own.</summary>
    public long Runs { get; private init; }

    /// <summary>Bytes of pages written.</summary>
    public long BytesMoved { get; private init; }

    /// <summary>How the last run ended; null before, and if it failed.</summary>
    public CompactionEnd? LastEnd { get; private init; }

    /// <summary>Runs that failed.</summary>
    public long Failures { get; private init; }

    /// <summary>
    /// Why the last run failed; null if it did not. <see cref="Database.Compact(
    /// IProgress{CompactionProgress}?, CancellationToken)"/> meets the same and throws it.
    /// </summary>
    public Exception? LastFailure { get; private init; }

    /// <summary>When another run is tried after one that failed or that readers held up.</summary>
    public DateTimeOffset? NextAttempt { get; internal init; }

    /// <summary>After a step: with an end or a failure the run is over.</summary>
    internal CompactionFigures After(CompactionEnd? end, Exception? failure, long bytesMoved)
    {
        CompactionFigures next = this with { BytesMoved = BytesMoved + bytesMoved };
        if (failure is not null)
        {
            return next with
            {
                IsRunning = false,
                LastEnd = null,
                Failures = Failures + 1,
                LastFailure = failure,
            };
        }

        // What was due may have gone before a run began.
        if (end is null || !IsRunning) return next;
        return next with
        {
            IsRunning = false,
            LastEnd = end,
            LastFailure = null,
            Runs = Runs + 1,
        };
    }
}
