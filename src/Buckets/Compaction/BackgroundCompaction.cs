using KvCow.Engine;
using KvCow.Engine.Storage;
using KvCow.Engine.Telemetry;

namespace KvCow;

/// <summary>
/// Compacts by itself when too much of the file is dead: small steps with pauses as long as they
/// took, so that writers have at least half of the time.
/// </summary>
/// <remarks>
/// <para>A commit calls <see cref="Consider"/>. While nothing is due it reads three figures and
/// no more exists: no thread, no timer. Between two steps only a timer exists.</para>
/// <para>A step that fails ends the run, is told in the log and in the figures, and another run is
/// tried later, after a time that doubles up to an hour; so does a run that cannot make the file
/// short. A latched failure of the device stops it for good: nothing may be written.</para>
/// <para>With an old snapshot open it does not begin: pages moved would stay where they are for
/// that snapshot, and their new places would be lost to the writers.</para>
/// </remarks>
internal sealed class BackgroundCompaction(Store store, Compactor compactor) : IDisposable
{
    /// <summary>
    /// A step is a quarter of one that somebody waits for: writers did not ask for it.
    /// </summary>
    private const int StepsPerStep = 4;

    /// <summary>Longest value that is moved, in bytes: its copy holds up the writers.</summary>
    private const int ValueBytesMax = 16 << 20;

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    // Whose step this thread takes: what a step calls may dispose the database.
    [ThreadStatic]
    private static BackgroundCompaction? _ofThisThread;

    private readonly Lock _gate = new(); // Guards all below; _isIdle is read without it.
    private readonly CancellationTokenSource _stop = new();
    private readonly RetryDelay _delay = new(store.Options);
    private CompactionFigures _figures = new();
    private volatile bool _isIdle = true;
    private ITimer? _timer;
    private bool _isStepping;
    private Task _step = Task.CompletedTask;

    public CompactionFigures Figures
    {
        get { using (Uninterrupted.Enter(_gate)) return _figures; }
    }

    /// <summary>The step under way or the last one.</summary>
    public Task Step
    {
        get { using (Uninterrupted.Enter(_gate)) return _step; }
    }

    /// <summary>After a commit, and when the database is opened.</summary>
    public void Consider()
    {
        if (!_isIdle || !IsDue()) return;
        using (Uninterrupted.Enter(_gate))
        {
            if (!_isIdle || _stop.IsCancellationRequested) return;
            _isIdle = false;
            Wait(_delay.Next());
        }
    }

    /// <summary>Ends it, and waits for the step under way.</summary>
    public void Dispose()
    {
        Task step;
        using (Uninterrupted.Enter(_gate))
        {
            _isIdle = false;
            _timer?.Dispose();
            _timer = null;
            // Nobody waits for himself.
            step = _ofThisThread == this ? Task.CompletedTask : _step;
            if (!_stop.IsCancellationRequested) _stop.Cancel();
        }

        SyncPoints.Await(step);
        step.GetAwaiter().GetResult();
        _stop.Dispose();
    }

    private bool IsDue()
    {
        StoreOptions options = store.Options;
        if (options.DeadShareMax >= 1 || options.ReadOnly) return false;
        (long pages, long dead) = store.DeadPages;
        return dead > pages * options.DeadShareMax
            && dead * store.PageBytes >= options.DeadBytesMin
            && _delay.IsWorthWhile(pages, dead);
    }

    /// <summary>Called with the lock.</summary>
    private void Wait(TimeSpan time)
    {
        _timer?.Dispose();
        // Whoever commits must not lend its ambient state to what runs for all.
        using AsyncFlowControl flow = ExecutionContext.IsFlowSuppressed()
            ? default
            : ExecutionContext.SuppressFlow();
        _timer = store.Options.TimeProvider.CreateTimer(
            _ => OnTimer(), null, time, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        TaskCompletionSource step = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using (Uninterrupted.Enter(_gate))
        {
            if (_stop.IsCancellationRequested || _isStepping) return;
            _isStepping = true;
            _step = step.Task;
        }

        SyncPoints.QueueWaiting(RunStep, step);
    }

    private void RunStep(TaskCompletionSource step)
    {
        long start = store.Options.TimeProvider.GetTimestamp();
        _ofThisThread = this;
        CompactionEnd? end = null;
        Exception? failure = null;
        long moved = 0;
        try
        {
            end = TakeStep(ref moved);
        }
#pragma warning disable CA1031 // Whatever it is, nobody else would hear of it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        Settle(end, failure, moved, store.Options.TimeProvider.GetElapsedTime(start));
        _ofThisThread = null;
        step.SetResult();
    }

    private CompactionEnd? TakeStep(ref long moved)
    {
        bool isBegun = Figures.IsRunning;
        // What was due may have gone while the timer ran.
        if (!isBegun && !IsDue()) return CompactionEnd.Done;
        if (!isBegun)
        {
            using (Uninterrupted.Enter(_gate)) _figures = _figures with { IsRunning = true };
            (long pages, long dead) = store.DeadPages;
            store.Telemetry.Logger.CompactionBegun(store.Path, dead, pages);
        }

        uint pageCount = store.SpaceNow.PageCount;
        long most = compactor.PagesPerStep / StepsPerStep;
        CompactionLimits limits = new(
            most,
            (uint)(ValueBytesMax / store.PageBytes),
            pageCount,
            Math.Max(4 * compactor.PagesPerStep, pageCount / 64),
            IsAsked: false);
        return compactor.RunStep(limits, ref moved, _stop.Token);
    }

    /// <summary>After a step: what comes next, and when.</summary>
    private void Settle(CompactionEnd? end, Exception? failure, long moved, TimeSpan taken)
    {
        bool isOver = end is not null || failure is not null;
        if (isOver) compactor.Pause();
        bool wasRunning;
        using (Uninterrupted.Enter(_gate))
        {
            _isStepping = false;
            if (_stop.IsCancellationRequested) return;
            wasRunning = _figures.IsRunning;
            _figures = _figures.After(end, failure, moved * store.PageBytes);
            if (!isOver) Wait(Clamp(taken));
        }

        if (!isOver) return;
        if (wasRunning) Report(end, failure);
        // Not idle any more, and nothing to wait for: only opening again helps.
        if (store.HasFailed) return;
        (long pages, long dead) = store.DeadPages;
        TimeSpan? retry = _delay.After(end, failure, pages, dead);
        using (Uninterrupted.Enter(_gate))
        {
            if (_stop.IsCancellationRequested) return;
            _figures = _figures with
            {
                NextAttempt = store.Options.TimeProvider.GetUtcNow() + retry,
            };
            if (retry is null) _isIdle = true;
            else if (!PlantedBugs.ForgetCompactionRetry) Wait(retry.Value);
        }

        // A commit may have come while nobody listened.
        Consider();
    }

    private void Report(CompactionEnd? end, Exception? failure)
    {
        if (failure is not null)
        {
            store.Telemetry.Logger.CompactionFailed(store.Path, failure);
            return;
        }

        store.Telemetry.Logger.CompactionEnded(
            store.Path, end.ToString() ?? "", Figures.BytesMoved, store.SpaceNow.PageCount);
    }

    private static TimeSpan Clamp(TimeSpan taken) =>
        taken < PauseMin ? PauseMin : taken > PauseMax ? PauseMax : taken;
}
