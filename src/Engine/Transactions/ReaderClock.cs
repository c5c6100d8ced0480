namespace KvCow.Engine.Transactions;

/// <summary>Tells how long readers have been open, to about a hundredth of a second.</summary>
/// <remarks>
/// The system's exact clock costs more than all else at the begin of a read; an age in statistics
/// needs no more than the coarse one.
/// </remarks>
internal sealed class ReaderClock(TimeProvider time)
{
    private readonly bool _isSystem = ReferenceEquals(time, TimeProvider.System);

    /// <summary>A mark for <see cref="AgeOf"/>.</summary>
    public long Now => _isSystem ? Environment.TickCount64 : time.GetTimestamp();

    public TimeSpan AgeOf(long since) => _isSystem
        ? TimeSpan.FromMilliseconds(Environment.TickCount64 - since)
        : time.GetElapsedTime(since);
}
