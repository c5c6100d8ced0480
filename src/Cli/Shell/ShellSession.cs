using KvCow.Cli.Arguments;

namespace KvCow.Cli.Shell;

/// <summary>
/// What a shell remembers between statements: the bucket it is in, and the transaction begun.
/// </summary>
internal sealed class ShellSession(Database database) : IDisposable
{
    private WriteTransaction? _tx;

    public Database Database => database;

    public BucketPath Bucket { get; set; } = BucketPath.Default;

    public bool IsInTransaction => _tx is not null;

    public bool IsEnded { get; set; }

    /// <summary>Whether each statement tells what it did or found in lines of JSON.</summary>
    public bool IsJson { get; init; }

    /// <summary>Reads in the transaction begun, or else in the newest commit.</summary>
    public T Read<T>(BucketPath path, Func<Bucket, T> work)
    {
        if (_tx is not null) return work(path.OpenIn(_tx));
        using ReadTransaction tx = database.BeginRead();
        return work(path.OpenIn(tx));
    }

    /// <summary>Writes in the transaction begun, or else in one of its own.</summary>
    public T Write<T>(Func<WriteTransaction, T> work) =>
        _tx is not null ? work(_tx) : database.Write(work);

    /// <exception cref="UsageException">One is begun already.</exception>
    public void Begin(CancellationToken ct)
    {
        if (_tx is not null)
            throw new UsageException("A transaction is open: commit or rollback it first.");
        _tx = database.BeginWrite(ct);
    }

    /// <exception cref="UsageException">None is begun.</exception>
    public void Commit() => End(static tx => tx.Commit());

    /// <exception cref="UsageException">None is begun.</exception>
    public void Rollback() => End(static tx => tx.Rollback());

    /// <summary>The paths of all buckets, as the session sees them.</summary>
    public List<BucketLine> ListBuckets(CancellationToken ct)
    {
        if (_tx is not null) return BucketTree.Read(database, _tx, ct);
        using ReadTransaction tx = database.BeginRead();
        return BucketTree.Read(database, tx, ct);
    }

    public void Dispose() => _tx?.Dispose();

    private void End(Action<WriteTransaction> end)
    {
        if (_tx is null) throw new UsageException("No transaction is open: begin one.");
        using WriteTransaction tx = _tx;
        _tx = null;
        end(tx);
    }
}
