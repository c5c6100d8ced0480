using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// A transaction whose pages are sealed but not flushed. It cannot be taken back any more, and
/// becomes durable together with all that are finished by then.
/// </summary>
/// <param name="meta">The state it leaves.</param>
/// <param name="durability">What its caller waits for.</param>
internal sealed class FinishedCommit(MetaPage meta, Durability durability)
{
    private static readonly Action Settled = static () => { };

    // Made when somebody asks: most Eventual commits are never waited for, and many are kept.
    private TaskCompletionSource? _done;
    private Exception? _failure;
    private bool _isSettled;

    private bool _leads;
    private Action? _then;

    public MetaPage Meta => meta;

    public bool IsParanoid => durability == Durability.Paranoid;

    /// <summary>Whether its caller returns only when it is durable.</summary>
    public bool IsAwaited { get; set; } = durability != Durability.Eventual;

    /// <summary>Whether it carries the free list's checkpoint.</summary>
    public bool HasCheckpoint { get; init; }

    /// <summary>What it did, if the redo log can make it durable; null if its pages must.</summary>
    public RedoRecord? Redo { get; init; }

    /// <summary>How many pages it changed.</summary>
    public int PagesWritten { get; init; }

    /// <summary>Whether who waits for it wants its pages in the file.</summary>
    public bool NeedsPages { get; init; } = durability == Durability.Paranoid;

    /// <summary>
    /// Its delta, if that has not joined the free list's log; null once it was told there.
    /// </summary>
    public (List<PageRun> Freed, List<PageRun> Taken)? Unlogged { get; set; }

    /// <summary>
    /// Ends when it is durable and visible, or with the failure that keeps it unknown.
    /// </summary>
    public Task Done
    {
        get
        {
            if (Volatile.Read(ref _done) is { } known) return known.Task;
            TaskCompletionSource made = new(TaskCreationOptions.RunContinuationsAsynchronously);
            TaskCompletionSource done =
                Interlocked.CompareExchange(ref _done, made, null) ?? made;
            // Settled before it was shown: then nobody else ends it.
            if (Volatile.Read(ref _isSettled)) End(done);
            return done.Task;
        }
    }

    /// <summary>Whoever finished this commit has to flush the queue.</summary>
    public void GiveLead() => _leads = true;

    /// <summary>True once, for the one who has to flush the queue.</summary>
    public bool TakeLead()
    {
        bool leads = _leads;
        _leads = false;
        return leads;
    }

    /// <summary>
    /// Runs a step once it is durable or failed, on the thread that flushed: it needs no other,
    /// of which none may be left.
    /// </summary>
    public void WhenSettled(Action then)
    {
        if (Interlocked.CompareExchange(ref _then, then, null) is not null) then();
    }

    public void Complete()
    {
        Interlocked.Exchange(ref _then, Settled)?.Invoke();
        Settle();
    }

    public void Fail(Exception failure)
    {
        Interlocked.Exchange(ref _then, Settled)?.Invoke();
        _failure = failure;
        Settle();
    }

    private void Settle()
    {
        // A full barrier between the two: this sees who waits, or he sees that it is settled.
        Volatile.Write(ref _isSettled, true);
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _done) is { } done) End(done);
    }

    private void End(TaskCompletionSource done)
    {
        if (_failure is null)
        {
            done.TrySetResult();
            return;
        }

        done.TrySetException(_failure);
        // Seen here, since not every commit is waited for; the latch tells all who come later.
        _ = done.Task.Exception;
    }
}
