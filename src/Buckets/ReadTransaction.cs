using KvCow.Engine.Backups;
using KvCow.Engine.Storage;
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

    // Made when needed: to begin and end costs little beside a look-up.
    private ReadScope? _scope;
    private BucketState? _top;

    internal ReadTransaction(PageSnapshot snapshot) => _snapshot = snapshot;

    /// <summary>Number of the commit that is read; ascends by one per commit.</summary>
    public ulong Id => _snapshot.Id.Value;

    private ReadScope Scope => _scope ??= new ReadScope(_snapshot);

    private BucketState Top => _top ??= BucketState.Root(Scope);

    /// <summary>The top-level bucket.</summary>
    /// <exception cref="BucketNotFoundException">There is none of this name.</exception>
    public Bucket OpenBucket(BucketName name) =>
        TryOpenBucket(name) ?? throw new BucketNotFoundException(Top.PathOf(name.Bytes));

    /// <summary>The top-level bucket, or null if there is none of this name.</summary>
    public Bucket? TryOpenBucket(BucketName name) =>
        Top.Find(name.Bytes) is { } found ? new Bucket(found) : null;

    /// <summary>True if there is a top-level bucket of this name.</summary>
    public bool BucketExists(BucketName name) => Top.Exists(name.Bytes);

    /// <summary>Names of the top-level buckets, in the order of their bytes.</summary>
    public IReadOnlyList<byte[]> ListBuckets() => Top.ListNames();

    /// <summary>
    /// The same as text; a name that is not UTF-8 is shown as <c>X'0a1b'</c>.
    /// </summary>
    public IReadOnlyList<string> ListBucketNames() => Top.ListDisplayNames();

    /// <summary>
    /// Writes this snapshot as a database file of its own, which appears under its name when it is
    /// whole and durable; after a failure or a cancellation there is nothing new. Every page is
    /// checked on the way. Memory: the cache's budget, and some hundred KiB.
    /// </summary>
    /// <param name="path">The new file.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CorruptPageException">A page of the snapshot is damaged.</exception>
    /// <exception cref="DatabaseLockedException">The file to overwrite is open.</exception>
    /// <exception cref="IOException">
    /// The system refused, or the file exists and <see cref="BackupOptions.Overwrite"/> is false.
    /// </exception>
    public BackupReport BackupTo(string path, BackupOptions? options = null,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStorage target = new(path);
        return BackupTo(target, options ?? new BackupOptions(), progress, ct);
    }

    /// <summary>
    /// The same to a stream, from its position on, front to back. The pages are made twice, for the
    /// first bytes depend on all others. After a failure the stream holds part of a backup, which a
    /// restore refuses.
    /// </summary>
    /// <param name="target">Written and flushed, not disposed; it need not seek.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CorruptPageException">A page of the snapshot is damaged.</exception>
    public BackupReport BackupTo(Stream target, BackupOptions? options = null,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        Scope.ThrowIfNotLive();
        return new BackupWriter(
            _snapshot, (options ?? new BackupOptions()).Mode, progress, ct).WriteTo(target);
    }

    /// <summary>
    /// Writes all buckets with their sequences to a stream, front to back, in a portable form with
    /// checksums (docs/export-format.md) that <see cref="Database.ImportFrom"/> reads.
    /// </summary>
    /// <param name="target">Written and flushed, not disposed.</param>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="CorruptPageException">A page of the snapshot is damaged.</exception>
    public ExportTotals ExportTo(Stream target, IProgress<ExportTotals>? progress = null,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new ExportRun(target, progress, ct).Write(this);
    }

    /// <summary>
    /// Goes to the newest snapshot in place, as ending this transaction and beginning another
    /// would, but for less: nothing is allocated. Its buckets stay good and read the new snapshot;
    /// one that is not there under its path any more throws <see cref="HandleEndedException"/> when
    /// used. Cursors, enumerators and pinned values end, as at the dispose, and streams if the
    /// snapshot is another.
    /// </summary>
    /// <returns>False if no commit came in between: the snapshot is the same.</returns>
    public bool Renew() => _scope is { } scope ? scope.Renew() : _snapshot.Renew();

    /// <summary>Ends the transaction with all its buckets, cursors and values.</summary>
    public void Dispose()
    {
        _scope?.End();
        _snapshot.Dispose();
    }

    /// <summary>The same; it never waits.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>As to a file; the storage is not disposed.</summary>
    internal BackupReport BackupTo(IStorage target, BackupOptions options,
        IProgress<BackupProgress>? progress = null, CancellationToken ct = default)
    {
        Scope.ThrowIfNotLive();
        return new BackupWriter(_snapshot, options.Mode, progress, ct)
            .WriteTo(target, options.Overwrite);
    }

    /// <summary>The same as <see cref="ListBuckets()"/>, in a walk over all buckets.</summary>
    internal List<byte[]> ListBuckets(ReachedOnce reached) => Top.ListNames(reached);
}
