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

    private readonly TaskCompletionSource _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

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

    /// <summary>Its delta, if that has not joined the free list's log.</summary>
    public (List<PageRun> Freed, List<PageRun> Taken)? Unlogged { get; init; }

    /// <summary>
    /// Ends when it is durable and visible, or with the failure that keeps it unknown.
    /// </summary>
    public Task Done => _done.Task;

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
        _done.SetResult();
    }

    public void Fail(Exception failure)
    {
        Interlocked.Exchange(ref _then, Settled)?.Invoke();
        _done.SetException(failure);
        // Seen here, since not every commit is waited for; the latch tells all who come later.
        _ = _done.Task.Exception;
    }
}
