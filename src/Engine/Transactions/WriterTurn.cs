using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Lets one writer in at a time, in arrival order; waiting blocks no thread when awaited. The turn
/// belongs to whoever was let in, not to a thread.
/// </summary>
/// <remarks>
/// Whoever takes a place off the list decides, under the lock, what becomes of it: the turn, the
/// end of its time, its cancellation or the close. So no turn is lost and none is left twice.
/// </remarks>
internal sealed class WriterTurn(TimeProvider time)
{
    // Guards the fields below and the outcome of each place.
    private readonly Lock _gate = new();
    private readonly LinkedList<TaskCompletionSource> _waiting = [];
    private bool _isTaken;
    private bool _isClosed;
    private OpenWriter? _holder;

    public bool IsTaken
    {
        get { using (Uninterrupted.Enter(_gate)) return _isTaken; }
    }

    /// <summary>Who has the turn, once the holder has said so; for statistics.</summary>
    public OpenWriter? Holder
    {
        get => Volatile.Read(ref _holder);
        set => Volatile.Write(ref _holder, value);
    }

    /// <summary>Completes when the turn has come.</summary>
    /// <exception cref="WriterTimeoutException">It did not come in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    /// <exception cref="HandleEndedException">The database was disposed.</exception>
    public async Task EnterAsync(TimeSpan timeout, CancellationToken ct)
    {
        if (Join(ct) is not { } place) return;
        CancellationTokenRegistration registration = default;
        try
        {
            using ITimer? timer = StartTimer(place, timeout);
            registration = Register(place, ct);
            SyncPoints.Await(place.Value.Task);
            await place.Value.Task.ConfigureAwait(false);
        }
        catch
        {
            GiveUp(place);
            throw;
        }
        finally
        {
            registration.Unregister();
        }
    }

    /// <summary>
    /// The same, blocking; an interrupted wait gives its place up. Needs no thread of the pool, of
    /// which none may be left when all of them wait here.
    /// </summary>
    public void Enter(TimeSpan timeout, CancellationToken ct)
    {
        if (Join(ct) is not { } place) return;
        CancellationTokenRegistration registration = default;
        try
        {
            using ITimer? timer = StartTimer(place, timeout);
            registration = Register(place, ct);
            SyncPoints.Await(place.Value.Task);
            place.Value.Task.GetAwaiter().GetResult();
        }
        catch
        {
            GiveUp(place);
            throw;
        }
        finally
        {
            registration.Unregister();
        }
    }

    /// <summary>Passes the turn to the writer that has waited longest.</summary>
    public void Leave()
    {
        Holder = null;
        using (Uninterrupted.Enter(_gate)) PassOn();
    }

    /// <summary>Refuses all who wait and all who come.</summary>
    public void Close()
    {
        using (Uninterrupted.Enter(_gate))
        {
            _isClosed = true;
            foreach (TaskCompletionSource place in _waiting)
                place.SetException(HandleEndedException.OfDatabase());
            _waiting.Clear();
        }
    }

    /// <summary>Refuses somebody whose turn does not come in time; null if there is no limit.
    /// </summary>
    public static ITimer? StartTimer(
        TimeProvider time, TimeSpan timeout, Action<WriterTimeoutException> refuse) =>
        timeout == Timeout.InfiniteTimeSpan
            ? null
            : time.CreateTimer(_ => refuse(new WriterTimeoutException(timeout)), null, timeout,
                Timeout.InfiniteTimeSpan);

    private LinkedListNode<TaskCompletionSource>? Join(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using (Uninterrupted.Enter(_gate))
        {
            if (_isClosed) throw HandleEndedException.OfDatabase();
            if (_isTaken)
            {
                return _waiting.AddLast(new TaskCompletionSource(
                    TaskCreationOptions.RunContinuationsAsynchronously));
            }

            _isTaken = true;
            return null;
        }
    }

    private ITimer? StartTimer(LinkedListNode<TaskCompletionSource> place, TimeSpan timeout) =>
        StartTimer(time, timeout,
            reason => Refuse(place, late => late.SetException(reason)));

    // Unregistered, not disposed, afterwards: that would wait for a callback under way, which finds
    // a settled place and does nothing.
    private CancellationTokenRegistration Register(
        LinkedListNode<TaskCompletionSource> place, CancellationToken ct) =>
        ct.Register(() => Refuse(place, waiter => waiter.SetCanceled(ct)));

    /// <summary>Takes a place that still waits off the list.</summary>
    private void Refuse(
        LinkedListNode<TaskCompletionSource> place, Action<TaskCompletionSource> settle)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (place.List is null) return;
            if (!PlantedRaces.KeepCancelledPlace) _waiting.Remove(place);
            settle(place.Value);
        }
    }

    /// <summary>Nobody waits at this place any more: passes on the turn if it has come.</summary>
    private void GiveUp(LinkedListNode<TaskCompletionSource> place)
    {
        using (Uninterrupted.Enter(_gate))
        {
            if (place.List is not null) _waiting.Remove(place);
            else if (place.Value.Task.IsCompletedSuccessfully
                && !PlantedRaces.DropTurnOfFailedWait) PassOn();
        }
    }

    private void PassOn()
    {
        if (_waiting.First is { } next)
        {
            _waiting.RemoveFirst();
            next.Value.SetResult();
        }
        else
        {
            _isTaken = false;
        }
    }
}
