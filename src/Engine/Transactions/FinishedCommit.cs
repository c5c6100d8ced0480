using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// A transaction whose pages are written but not flushed. It cannot be taken back any more, and
/// becomes durable together with all that are finished by then.
/// </summary>
/// <param name="meta">The state it leaves.</param>
/// <param name="hasCheckpoint">Whether it carries the free list's checkpoint.</param>
internal sealed class FinishedCommit(MetaPage meta, bool hasCheckpoint)
{
    private readonly TaskCompletionSource _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _leads;

    public MetaPage Meta => meta;

    public bool HasCheckpoint => hasCheckpoint;

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

    public void Complete() => _done.SetResult();

    public void Fail(Exception failure) => _done.SetException(failure);
}
