namespace KvCow;

/// <summary>
/// A state of a write transaction to which it can go back. Savepoints nest: the end of one ends
/// those made after it, and the end of the transaction ends all.
/// </summary>
/// <remarks>
/// <para>
/// Disposed without <see cref="Release"/>, it rolls back to its state, as a write transaction does
/// without a commit. A commit releases all savepoints that are open.
/// </para>
/// <para>
/// A rollback restores entries, sequences and buckets with their names. Handles of buckets that
/// exist then are good, also of those deleted since; handles of buckets made since throw
/// <see cref="HandleEndedException"/>. Cursors keep their place by its key; pinned values and
/// streams of buckets that changed since end.
/// </para>
/// <para>
/// It is as thread-safe as its transaction, and costs memory for each bucket used so far. The pages
/// it keeps count as changed pages in the budget. After a failure half-way
/// (<see cref="RollbackOnlyException"/>) no savepoint helps: the whole transaction has to go.
/// </para>
/// </remarks>
public sealed class Savepoint : IDisposable
{
    private readonly WriteScope _scope;
    private readonly SavepointImage _image;

    internal Savepoint(WriteScope scope, SavepointImage image)
    {
        _scope = scope;
        _image = image;
    }

    /// <summary>
    /// Undoes all changes since the savepoint, which stays: more can be tried, and undone again.
    /// Savepoints made since end.
    /// </summary>
    /// <exception cref="HandleEndedException">
    /// The savepoint was released or disposed, or one made before it, or the transaction has ended.
    /// </exception>
    /// <exception cref="RollbackOnlyException">A change has failed half-way.</exception>
    public void Rollback()
    {
        _scope.ThrowIfNotWritable();
        _scope.Savepoints.Rollback(_image);
    }

    /// <summary>
    /// Ends the savepoint; the changes since stay part of the transaction. Savepoints made since
    /// end too.
    /// </summary>
    /// <exception cref="HandleEndedException">As for <see cref="Rollback"/>.</exception>
    /// <exception cref="RollbackOnlyException">A change has failed half-way.</exception>
    public void Release()
    {
        _scope.ThrowIfNotWritable();
        _scope.Savepoints.Release(_image);
    }

    /// <summary>
    /// Rolls back, if the savepoint was not released, and ends it. Does nothing after its end, or
    /// when the transaction has ended or can only be rolled back as a whole.
    /// </summary>
    public void Dispose()
    {
        bool canRollBack = _scope.Phase == ScopePhase.Live && !_scope.IsSourceEnded
            && _scope.Savepoints.IsOpen(_image);
        if (!canRollBack) return;
        Rollback();
        Release();
    }
}
