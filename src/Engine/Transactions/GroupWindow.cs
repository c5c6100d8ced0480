using System.Diagnostics;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Lets a flush wait a moment for the writers that the one before has let go: they are about to
/// finish their next commits, and would need a flush of their own. Without it a few writers fall
/// into two groups that wait for each other's flushes. Used by whoever leads.
/// </summary>
/// <remarks>
/// The writers of the last flush and those that finished meanwhile are expected again. If one does
/// not come, the next flush does not expect it; a single writer is never waited for.
/// </remarks>
/// <param name="limit">No wait is longer; zero for none at all.</param>
/// <param name="expectedMax">Of more writers none is waited for.</param>
internal sealed class GroupWindow(TimeSpan limit, int expectedMax = GroupWindow.WritersMax)
{
    /// <summary>A wait costs at most this part of a flush.</summary>
    private const int FlushShare = 4;

    /// <summary>
    /// Of more writers half are a group worth a flush, and the processors have enough to do with
    /// the other half meanwhile.
    /// </summary>
    private const int WritersMax = 16;

    private readonly long _limit = (long)(limit.TotalSeconds * Stopwatch.Frequency);

    private int _waiting;
    private int _expected;
    private long _flushTicks;

    /// <summary>Told how many wait now, by whoever changes that.</summary>
    public int Waiting
    {
        get => Volatile.Read(ref _waiting);
        set => Volatile.Write(ref _waiting, value);
    }

    /// <summary>Returns when all who are expected wait, or when that takes too long.</summary>
    public void Gather()
    {
        int waiting = Volatile.Read(ref _waiting);
        if (waiting == 0 || waiting >= _expected) return;
        long deadline = Stopwatch.GetTimestamp() + Math.Min(_flushTicks / FlushShare, _limit);
        while (Volatile.Read(ref _waiting) < _expected && Stopwatch.GetTimestamp() < deadline)
            Thread.Yield();
    }

    /// <summary>A flush is over.</summary>
    /// <param name="group">How many had waited for it.</param>
    /// <param name="joined">How many wait for the next one already.</param>
    /// <param name="ticks">How long it took.</param>
    public void Flushed(int group, int joined, long ticks)
    {
        bool isWorthIt = _limit > 0 && group + joined <= expectedMax;
        _expected = isWorthIt ? group + joined : 0;
        _flushTicks = _flushTicks == 0 ? ticks : ((_flushTicks * 7) + ticks) / 8;
    }
}
