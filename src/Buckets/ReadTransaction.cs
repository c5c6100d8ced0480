using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>
/// Reads one snapshot: the database as the newest commit before its begin left it, whatever is
/// written meanwhile. It never waits for a writer. Any thread may use it, one at a time. Dispose
/// it: the pages of its snapshot cannot be reused before.
/// </summary>
/// <remarks>Members throw <see cref="HandleEndedException"/> after the dispose.</remarks>
public sealed class ReadTransaction : IDisposable, IAsyncDisposable
{
    private readonly PageSnapshot _snapshot;
    private readonly ReadScope _scope;
    private readonly BucketState _top;

    internal ReadTransaction(PageSnapshot snapshot)
    {
        _snapshot = snapshot;
        _scope = new ReadScope(snapshot);
        _top = BucketState.Root(_scope, snapshot.CatalogRoot);
        Id = snapshot.Id.Value;
    }

    /// <summary>Number of the commit that is read; ascends by one per commit.</summary>
    public ulong Id { get; }

    /// <summary>The top-level bucket.</summary>
    /// <exception cref="BucketNotFoundException">There is none of this name.</exception>
    public Bucket OpenBucket(BucketName name) =>
        TryOpenBucket(name) ?? throw new BucketNotFoundException(_top.PathOf(name.Bytes));

    /// <summary>The top-level bucket, or null if there is none of this name.</summary>
    public Bucket? TryOpenBucket(BucketName name) =>
        _top.Find(name.Bytes) is { } found ? new Bucket(found) : null;

    /// <summary>True if there is a top-level bucket of this name.</summary>
    public bool BucketExists(BucketName name) => _top.Exists(name.Bytes);

    /// <summary>Names of the top-level buckets, in the order of their bytes.</summary>
    public IReadOnlyList<byte[]> ListBuckets() => _top.ListNames();

    /// <summary>
    /// The same as text; a name that is not UTF-8 is shown as <c>X'0a1b'</c>.
    /// </summary>
    public IReadOnlyList<string> ListBucketNames() => _top.ListDisplayNames();

    /// <summary>Ends the transaction with all its buckets, cursors and values.</summary>
    public void Dispose()
    {
        _scope.End();
        _snapshot.Dispose();
    }

    /// <summary>The same; it never waits.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
