using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>
/// The one change in progress. It sees its own writes; others see them after the commit, all or
/// none. Any thread may use it, one at a time, also across an <c>await</c>. Disposed without a
/// commit, it rolls back.
/// </summary>
/// <remarks>
/// Members throw <see cref="HandleEndedException"/> after the end, and
/// <see cref="RollbackOnlyException"/> after a change that failed half-way.
/// </remarks>
public sealed class WriteTransaction : IDisposable, IAsyncDisposable
{
    private readonly PageTransaction _transaction;
    private readonly WriteScope _scope;
    private readonly WritableBucketState _top;
    private readonly BackgroundCompaction? _background;
    private readonly int? _part;

    internal WriteTransaction(
        PageTransaction transaction, BackgroundCompaction? background = null)
    {
        _transaction = transaction;
        _background = background;
        _scope = new WriteScope(transaction);
        _top = WritableBucketState.Root(_scope);
        _scope.Top = _top;
        Id = transaction.Birth.Value;
    }

    /// <summary>One call's share of a batch.</summary>
    internal WriteTransaction(WriteTransaction whole)
    {
        _transaction = whole._transaction;
        _scope = whole._scope;
        _top = whole._top;
        _part = _scope.Part;
        Id = whole.Id;
    }

    internal PageTransaction Engine => _transaction;

    internal WriteScope Scope => _scope;

    internal WritableBucketState Top =>
        _part is null || _scope.Part == _part ? _top : throw Ended.Transaction();

    /// <summary>Number that the commit will have.</summary>
    public ulong Id { get; }

    /// <summary>The top-level bucket.</summary>
    /// <exception cref="BucketNotFoundException">There is none of this name.</exception>
    public WritableBucket OpenBucket(BucketName name) =>
        TryOpenBucket(name) ?? throw new BucketNotFoundException(Top.PathOf(name.Bytes));

    /// <summary>The top-level bucket, or null if there is none of this name.</summary>
    public WritableBucket? TryOpenBucket(BucketName name) =>
        Top.Find(name.Bytes) is { } found ? new WritableBucket(found) : null;

    /// <summary>Creates a top-level bucket, empty.</summary>
    /// <exception cref="BucketExistsException">There is one of this name.</exception>
    /// <exception cref="KeyTooLongException">The name is too long.</exception>
    public WritableBucket CreateBucket(BucketName name) => new(BucketCatalog.Create(Top, name));

    /// <summary>The top-level bucket, created if there is none of this name.</summary>
    public WritableBucket OpenOrCreateBucket(BucketName name) =>
        TryOpenBucket(name) ?? CreateBucket(name);

    /// <summary>
    /// Deletes a top-level bucket with all its entries and all buckets in it; their handles are
    /// stale afterwards. False if there is none of this name.
    /// </summary>
    public bool DeleteBucket(BucketName name) => BucketCatalog.Delete(Top, name);

    /// <summary>Gives a top-level bucket another name. Handles of it stay good.</summary>
    /// <exception cref="BucketNotFoundException">There is none of the old name.</exception>
    /// <exception cref="BucketExistsException">The new name is taken.</exception>
    public void RenameBucket(BucketName name, BucketName newName) =>
        BucketCatalog.Move(Top, name, Top, newName);

    /// <summary>
    /// Moves a top-level bucket, with all in it, into another bucket of this transaction. Handles
    /// of it stay good. Takes O(log n), whatever its size.
    /// </summary>
    /// <exception cref="BucketNotFoundException">There is none of the old name.</exception>
    /// <exception cref="BucketExistsException">The new name is taken.</exception>
    /// <exception cref="ArgumentException">
    /// The new parent is of another transaction, or is the moved bucket or lies in it.
    /// </exception>
    public void MoveBucket(BucketName name, WritableBucket newParent, BucketName newName)
    {
        ArgumentNullException.ThrowIfNull(newParent);
        BucketCatalog.Move(Top, name, newParent.WritableState, newName);
    }

    /// <summary>True if there is a top-level bucket of this name.</summary>
    public bool BucketExists(BucketName name) => Top.Exists(name.Bytes);

    /// <summary>Names of the top-level buckets, in the order of their bytes.</summary>
    public IReadOnlyList<byte[]> ListBuckets() => Top.ListNames();

    /// <summary>
    /// The same as text; a name that is not UTF-8 is shown as <c>X'0a1b'</c>.
    /// </summary>
    public IReadOnlyList<string> ListBucketNames() => Top.ListDisplayNames();

    /// <summary>
    /// Marks the present state, to which <see cref="Savepoint.Rollback"/> comes back.
    /// </summary>
    /// <returns>
    /// Release it to keep what is done after it; disposed without, it rolls back.
    /// </returns>
    public Savepoint CreateSavepoint()
    {
        Top.ThrowIfNotWritable();
        return new Savepoint(_scope, _scope.Savepoints.Begin(Top));
    }

    /// <summary>
    /// Makes the change durable, then visible to transactions that begin from here on, as
    /// <see cref="DatabaseOptions.Durability"/> says. The transaction has ended when this returns
    /// or throws.
    /// </summary>
    /// <exception cref="RollbackOnlyException">A change failed half-way; it was rolled back.
    /// </exception>
    /// <exception cref="DatabaseFullException">There is no room; it was rolled back.</exception>
    /// <exception cref="DatabaseFailedException">
    /// The device failed; whether the commit is there shows when the database is opened again.
    /// </exception>
    public void Commit() => Commit(_transaction.Durability);

    /// <summary>
    /// As <see cref="Commit()"/>, waiting for more or less than
    /// <see cref="DatabaseOptions.Durability"/> says.
    /// </summary>
    /// <param name="durability">
    /// <see cref="Durability.Eventual"/>: visible at once, durable with the next flush. The others
    /// make every earlier commit durable too.
    /// </param>
    public void Commit(Durability durability)
    {
        ThrowIfPart();
        DatabaseOptions.ThrowIfUnknown(durability);
        try
        {
            PrepareCommit();
            _transaction.Commit(Top.Catalog.Root, durability);
        }
        finally
        {
            Rollback();
        }

        _background?.Consider();
    }

    /// <summary>
    /// As <see cref="Commit()"/>, without blocking a thread while the device works.
    /// </summary>
    /// <param name="ct">
    /// Heeded before the first byte is written: the transaction is then rolled back. After that it
    /// ends the wait with an <see cref="OperationCanceledException"/> and not the commit, which
    /// cannot be taken back: it becomes durable and visible unless the device fails. A transaction
    /// begun later tells, since it builds on all that are finished.
    /// </param>
    public ValueTask CommitAsync(CancellationToken ct = default) =>
        CommitAsync(_transaction.Durability, ct);

    /// <summary>
    /// As <see cref="Commit(Durability)"/>, without blocking a thread while the device works.
    /// </summary>
    /// <param name="durability">What to wait for.</param>
    /// <param name="ct">
    /// Stops waiting only before the first byte is written; the transaction is then rolled back.
    /// </param>
    public async ValueTask CommitAsync(Durability durability, CancellationToken ct = default)
    {
        ThrowIfPart();
        DatabaseOptions.ThrowIfUnknown(durability);
        try
        {
            PrepareCommit();
            await _transaction.CommitAsync(Top.Catalog.Root, durability, ct)
                .ConfigureAwait(false);
        }
        finally
        {
            Rollback();
        }

        _background?.Consider();
    }

    /// <summary>Forgets the change. Does nothing after the end.</summary>
    public void Rollback()
    {
        if (_part is not null)
        {
            if (_scope.Part == _part) _scope.EndPart();
            return;
        }

        _scope.End();
        _transaction.Rollback();
    }

    /// <summary>Rolls back, if there was no commit.</summary>
    public void Dispose() => Rollback();

    /// <summary>The same; it never waits.</summary>
    public ValueTask DisposeAsync()
    {
        Rollback();
        return ValueTask.CompletedTask;
    }

    /// <summary>Brings all records up to date; returns the catalog's root.</summary>
    internal PageReference PrepareRedone()
    {
        PrepareCommit();
        return Top.Catalog.Root;
    }

    /// <summary>The call of a batch is done; throws if it has rolled itself back.</summary>
    internal void EndPart()
    {
        Top.ThrowIfNotWritable();
        _scope.EndPart();
    }

    private void ThrowIfPart()
    {
        if (_part is null) return;
        throw new InvalidOperationException("The transaction of a batch is committed when the work "
            + "has returned: do not commit it. Begin one of your own to decide.");
    }

    private void PrepareCommit()
    {
        Top.ThrowIfNotWritable();
        BucketRecords.StoreBelow(Top);
        _scope.End();
    }
}
