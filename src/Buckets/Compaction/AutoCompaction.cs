using KvCow.Engine;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>
/// Looks after each commit whether too much of the file is free, and then moves pages on a thread
/// of the pool until it is half as much.
/// </summary>
internal sealed class AutoCompaction(Store store, Compactor compactor, CompactionTrigger trigger)
    : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    // Guards the start of the work against the dispose.
    private readonly Lock _gate = new();

    private Task _work = Task.CompletedTask;

    // After one that could not do all of it: free pages that must have come by then.
    private long _retryAtPages;

    /// <summary>
    /// Called after a commit; costs a look at three counters. Never fails: the commit is durable.
    /// </summary>
    public void Look()
    {
        SpaceFigures space = store.SpaceNow;
        if (!IsDue(space) || space.Free < Volatile.Read(ref _retryAtPages)) return;
        using (Uninterrupted.Enter(_gate))
        {
            if (_work.IsCompleted && !_stop.IsCancellationRequested) _work = Task.Run(Work);
        }
    }

    /// <summary>Ends the compaction under way after its step.</summary>
    public void Dispose()
    {
        Task work;
        using (Uninterrupted.Enter(_gate))
        {
            _stop.Cancel();
            work = _work;
        }

        Uninterrupted.Run(() => Task.WaitAny(work));
        _stop.Dispose();
    }

    private bool IsDue(SpaceFigures space) =>
        space.Free * store.PageBytes > trigger.FreeBytesMin
        && space.Free > space.Live * trigger.FreeRatio;

    private void Work()
    {
        try
        {
            CompactionResult result = compactor.Free(trigger.FreeRatio / 2, _stop.Token);
            SpaceFigures space = store.SpaceNow;
            Volatile.Write(ref _retryAtPages,
                result.End == CompactionEnd.Done ? 0 : space.Free + space.Live / 8);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException
            or DatabaseException or IOException)
        {
            // What keeps this from working keeps the next writer from it too, who is told.
            Volatile.Write(ref _retryAtPages, long.MaxValue);
        }
    }
}
