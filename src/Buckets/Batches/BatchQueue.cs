using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using KvCow.Engine;
using KvCow.Engine.Storage;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>
/// Calls of <c>BatchAsync</c> that wait for the writer's turn. Whoever finds nobody at it takes the
/// turn, does all that wait in one transaction, and goes on while more come.
/// </summary>
/// <remarks>
/// While one batch waits for its flush the next is done; the one after that waits, and so gathers
/// all who come back from the first: for a moment longer, until they are there
/// (<see cref="GroupWindow"/>).
/// </remarks>
internal sealed class BatchQueue(Store store, BackgroundCompaction background)
{
    private readonly GroupWindow _window =
        new(store.Options.GroupPatience, expectedMax: WriteBatch.PartsMax);

    // Guards the two below.
    private readonly Lock _gate = new();
    private readonly Queue<BatchedWrite> _waiting = new();
    private bool _isLed;

    // Of whoever leads: the flushes of the last two batches.
    private Task _flush = Task.CompletedTask;
    private Task _flushBefore = Task.CompletedTask;

    /// <summary>Queues a call; does it at once if nobody is at it and the turn is free.</summary>
    public void Add(BatchedWrite write)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _waiting.Enqueue(write);
            _window.Waiting = _waiting.Count;
            if (_isLed) return;
            _isLed = true;
        }

        // What follows is not the caller's alone.
        if (ExecutionContext.IsFlowSuppressed())
        {
            _ = LeadAsync();
            return;
        }

        using (ExecutionContext.SuppressFlow()) _ = LeadAsync();
    }

    /// <summary>The next call, if it waits for the same as the others of the batch.</summary>
    public bool TryTake(ref Durability? durability, [NotNullWhen(true)] out BatchedWrite? write)
    {
        using (Uninterrupted.Enter(_gate))
        {
            while (_waiting.TryPeek(out write))
            {
                if (write.Durability != (durability ?? write.Durability)) return false;
                _waiting.Dequeue();
                _window.Waiting = _waiting.Count;
                if (!write.TryTake()) continue; // Given up meanwhile.
                durability = write.Durability;
                return true;
            }
        }

        return false;
    }

    private async Task LeadAsync()
    {
        try
        {
            SyncPoints.Await(_flushBefore);
            await _flushBefore.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _window.Gather();
            await DoAsync().ConfigureAwait(false);
        }
        catch (Exception refusal)
        {
            // There is no transaction to be had: all who wait know why.
            FailAll(refusal);
        }

        bool wasEmpty = PlantedRaces.SkipLookAfterBatch && _waiting.Count == 0;
        SyncPoints.Reach("batch: before the second look");
        using (Uninterrupted.Enter(_gate))
        {
            if (_waiting.Count == 0 || wasEmpty)
            {
                _isLed = false;
                return;
            }
        }

        // Not on the thread of the caller, who has waited long enough.
        SyncPoints.Queue(static queue => _ = queue.LeadAsync(), this);
    }

    /// <summary>One batch: does what waits, and lets its commit go on.</summary>
    private async Task DoAsync()
    {
        // Each call has a patience of its own.
        PageTransaction transaction = await store
            .BeginWriteAsync(Timeout.InfiniteTimeSpan, default).ConfigureAwait(false);
        WriteBatch batch = new(new WriteTransaction(transaction, background));
        batch.Run(this);
        _flushBefore = _flush;
        _flush = CommitAsync(batch);
    }

    private async Task CommitAsync(WriteBatch batch)
    {
        long start = Stopwatch.GetTimestamp();
        await batch.CommitAsync().ConfigureAwait(false);
        int waiting;
        using (Uninterrupted.Enter(_gate)) waiting = _waiting.Count;
        // Before the callers come back: they are expected, and not there yet.
        _window.Flushed(batch.Count, waiting, Stopwatch.GetTimestamp() - start);
        batch.Tell();
    }

    private void FailAll(Exception refusal)
    {
        for (Durability? any = null; TryTake(ref any, out BatchedWrite? write); any = null)
            write.Fail(refusal);
    }
}
