namespace KvCow.Engine.Transactions;

/// <summary>
/// Runs out once, some time after the first of the starts; no timer exists otherwise. Used under
/// the lock of <see cref="CommitQueue"/>.
/// </summary>
internal sealed class FlushTimer(TimeProvider time, TimeSpan due, Action runOut)
{
    private ITimer? _timer;

    public void Start()
    {
        if (_timer is not null || due == Timeout.InfiniteTimeSpan) return;
        // Whoever commits first must not lend its ambient state to the flush of all.
        using AsyncFlowControl flow = ExecutionContext.IsFlowSuppressed()
            ? default
            : ExecutionContext.SuppressFlow();
        _timer = time.CreateTimer(_ => runOut(), null, due, Timeout.InfiniteTimeSpan);
    }

    public void Stop()
    {
        _timer?.Dispose();
        _timer = null;
    }
}
