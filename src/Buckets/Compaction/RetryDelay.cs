using KvCow.Engine;

namespace KvCow;

/// <summary>When a background compaction is tried next. Used by one thread at a time.</summary>
internal sealed class RetryDelay(StoreOptions options)
{
    /// <summary>A file that could not be made short is tried again when so much has changed.
    /// </summary>
    private const int ChangesPerFile = 16;

    /// <summary>
    /// A run that is due again so soon after the last one was undone by the writers: the next one
    /// waits longer.
    /// </summary>
    private const int SoonFactor = 10;

    private static readonly TimeSpan LongestForReaders = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly long _never = -1;
    private TimeSpan _delay = options.CompactionDelay;
    private long _deadWhenGivenUp = -1;
    private long? _endedAt;

    /// <summary>How long the next run waits, if it is due now.</summary>
    public TimeSpan Next()
    {
        if (_endedAt is { } ended
            && options.TimeProvider.GetElapsedTime(ended) > _delay * SoonFactor)
        {
            _delay = options.CompactionDelay;
        }

        return _delay;
    }

    /// <summary>False if the file is as it was when nothing more could be done.</summary>
    public bool IsWorthWhile(long pages, long dead)
    {
        long before = Volatile.Read(ref _deadWhenGivenUp);
        return before == _never || Math.Abs(dead - before) > pages / ChangesPerFile;
    }

    /// <summary>After a run; null if only a commit can make another one due.</summary>
    public TimeSpan? After(
        CompactionEnd? end, Exception? failure, long pages, long dead)
    {
        _endedAt = options.TimeProvider.GetTimestamp();
        TimeSpan longest = end is CompactionEnd.HeldByReaders ? LongestForReaders : Longest;
        TimeSpan now = _delay;
        _delay = _delay * 2 < longest ? _delay * 2 : longest;
        bool isGivenUp = end is CompactionEnd.NoRoom
            || (end is CompactionEnd.Done && dead > pages * options.DeadShareMax);
        Volatile.Write(ref _deadWhenGivenUp, isGivenUp ? dead : _never);
        return failure is not null || end is CompactionEnd.HeldByReaders ? now : null;
    }
}
