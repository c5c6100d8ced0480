using KvCow.Engine;

namespace KvCow;

/// <summary>
/// Calls done one after the other in one transaction. Each has a savepoint, so that one that throws
/// takes nothing of the others with it.
/// </summary>
/// <param name="whole">The transaction of all of them.</param>
internal sealed class WriteBatch(WriteTransaction whole)
{
    /// <summary>Those behind wait for no more than some milliseconds of work.</summary>
    public const int PartsMax = 256;

    /// <summary>After so many changed pages the batch is as large as is good for it.</summary>
    private const int DirtyPagesMax = 1024;

    private readonly List<BatchedWrite> _done = [];
    private Durability? _durability;
    private Exception? _loss;
    private Exception? _failure;

    /// <summary>How many calls it commits.</summary>
    public int Count => _done.Count;

    /// <summary>Does calls that wait, until none is left or it is enough.</summary>
    public void Run(BatchQueue queue)
    {
        while (_loss is null && _done.Count < PartsMax
            && whole.Engine.DirtyCount < DirtyPagesMax
            && queue.TryTake(ref _durability, out BatchedWrite? write))
        {
            if (TryRun(write)) _done.Add(write);
            else if (_done.Count == 0) return;
        }
    }

    /// <summary>Commits what was done; it is durable, or has failed, when this returns.</summary>
    public async Task CommitAsync()
    {
        try
        {
            if (_loss is not null) throw whole.Scope.RollbackOnly(_loss);
            if (_done.Count > 0)
                await whole.CommitAsync(_durability!.Value).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            _failure = failure;
        }
        finally
        {
            whole.Rollback();
        }
    }

    /// <summary>Lets the callers go on.</summary>
    public void Tell()
    {
        foreach (BatchedWrite write in _done)
        {
            if (_failure is null) write.Complete();
            else write.Fail(_failure);
        }
    }

    /// <summary>False if the call failed: nothing of it is left.</summary>
    private bool TryRun(BatchedWrite write)
    {
        // The first needs no savepoint: if it fails, there is nothing to keep.
        SavepointImage? before = null;
        try
        {
            if (_done.Count > 0) before = whole.Scope.Savepoints.Begin(whole.Top);
            WriteTransaction part = new(whole);
            write.Run(part);
            part.EndPart();
            whole.Scope.Savepoints.ReleaseFrom(before);
            return true;
        }
        catch (Exception failure)
        {
            whole.Scope.EndPart();
            if (_done.Count == 0) whole.Rollback();
            else TakeBack(before, failure);
            write.Fail(failure);
            return false;
        }
    }

    private void TakeBack(SavepointImage? before, Exception failure)
    {
        // After a change that stopped half-way no savepoint helps.
        if (before is not null && whole.Scope.Phase == ScopePhase.Live)
        {
            try
            {
                if (!PlantedBugs.KeepFailedPart) whole.Scope.Savepoints.Rollback(before);
                whole.Scope.Savepoints.Release(before);
                return;
            }
            catch (Exception second)
            {
                failure = second;
            }
        }

        _loss = failure;
    }
}
