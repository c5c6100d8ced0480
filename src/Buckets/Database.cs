using KvCow.Engine;
using KvCow.Engine.Storage;

namespace KvCow;

/// <summary>
/// One open file of named buckets. Safe for any number of threads: any number of read transactions
/// beside one write transaction.
/// </summary>
/// <remarks>
/// Members throw <see cref="HandleEndedException"/> after the dispose. Dispose transactions first:
/// those still open are ended by it.
/// </remarks>
public sealed partial class Database : IDisposable, IAsyncDisposable
{
    private readonly Store _store;
    private readonly Compactor _compactor;
    private readonly BackgroundCompaction _background;
    private readonly BatchQueue _batches;

    private Database(Store store)
    {
        _store = store;
        _compactor = new Compactor(store);
        _background = new BackgroundCompaction(store, _compactor);
        _batches = new BatchQueue(store, _background);
        _background.Consider();
    }

    /// <summary>Path of the file.</summary>
    public string Path => _store.Path;

    /// <summary>Size of a page in bytes, chosen when the file was created.</summary>
    public int PageBytes => _store.PageBytes;

    /// <summary>Longest key, and longest name of a bucket, in bytes: a quarter page.</summary>
    public int KeyBytesMax => _store.KeyBytesMax;

    /// <summary>Opens or creates a database, recovering it after a crash.</summary>
    /// <param name="path">The file. Beside it a file with <c>.pending</c> appended may come and go.
    /// </param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="DatabaseLockedException">Another process or handle has it.</exception>
    /// <exception cref="UnsupportedFormatException">The file is no database.</exception>
    /// <exception cref="CorruptPageException">Acknowledged data is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// Too many databases share <see cref="DatabaseOptions.SharedBudget"/>.
    /// </exception>
    /// <exception cref="IOException">The system refused, or the file exists or is missing against
    /// <see cref="DatabaseOptions.CreateMode"/>.</exception>
    public static Database Open(string path, DatabaseOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        StoreOptions storeOptions = (options ?? new DatabaseOptions()).ToStoreOptions();
        return Open(new FileStorage(path), storeOptions);
    }

    /// <summary>As <see cref="Open(string, DatabaseOptions?)"/>, on a thread of the pool.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="ct">Heeded before the file is touched.</param>
    public static Task<Database> OpenAsync(
        string path, DatabaseOptions? options = null, CancellationToken ct = default) =>
        Task.Run(() => Open(path, options), ct);

    /// <summary>Begins to read the newest commit. Never waits.</summary>
    public ReadTransaction BeginRead() => new(_store.BeginRead());

    /// <summary>Begins a change, after waiting for its turn, in order of arrival.</summary>
    /// <param name="ct">
    /// Ends the wait with an <see cref="OperationCanceledException"/>; those behind move up. After
    /// the turn has come it has no effect.
    /// </param>
    /// <exception cref="ReadOnlyDatabaseException">The database was opened read-only.</exception>
    /// <exception cref="WriterTimeoutException">
    /// <see cref="DatabaseOptions.WriterTimeout"/> went by.
    /// </exception>
    /// <exception cref="DatabaseFailedException">An earlier write failed.</exception>
    public WriteTransaction BeginWrite(CancellationToken ct = default) =>
        new(_store.BeginWrite(ct), _background);

    /// <summary>As <see cref="BeginWrite"/>, without blocking a thread while waiting.</summary>
    /// <param name="ct">As there.</param>
    public async ValueTask<WriteTransaction> BeginWriteAsync(CancellationToken ct = default) =>
        new(await _store.BeginWriteAsync(ct).ConfigureAwait(false), _background);

    /// <summary>Runs <paramref name="work"/> in a read transaction.</summary>
    public void Read(Action<ReadTransaction> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using ReadTransaction tx = BeginRead();
        work(tx);
    }

    /// <summary>Runs <paramref name="work"/> in a read transaction; returns its result.</summary>
    public T Read<T>(Func<ReadTransaction, T> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        ThrowIfAsynchronous<T>();
        using ReadTransaction tx = BeginRead();
        return work(tx);
    }

    /// <summary>Runs <paramref name="work"/> in a read transaction, across its awaits.</summary>
    public async ValueTask ReadAsync(Func<ReadTransaction, ValueTask> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using ReadTransaction tx = BeginRead();
        await work(tx).ConfigureAwait(false);
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a read transaction, across its awaits; returns its result.
    /// </summary>
    public async ValueTask<T> ReadAsync<T>(Func<ReadTransaction, ValueTask<T>> work)
    {
        ArgumentNullException.ThrowIfNull(work);
        using ReadTransaction tx = BeginRead();
        return await work(tx).ConfigureAwait(false);
    }

    /// <summary>
    /// Runs <paramref name="work"/> in a write transaction: commits when it returns, rolls back
    /// when it throws.
    /// </summary>
    /// <param name="work">Must not be asynchronous.</param>
    /// <param name="durability">
    /// What the commit waits for; null for <see cref="DatabaseOptions.Durability"/>.
    /// </param>
    public void Write(Action<WriteTransaction> work, Durability? durability = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        using WriteTransaction tx = BeginWrite();
        work(tx);
        tx.Commit(durability ?? _store.Durability);
    }

    /// <summary>The same; returns the work's result after the commit.</summary>
    public T Write<T>(Func<WriteTransaction, T> work, Durability? durability = null)
    {
        ArgumentNullException.ThrowIfNull(work);
        ThrowIfAsynchronous<T>();
        using WriteTransaction tx = BeginWrite();
        T result = work(tx);
        tx.Commit(durability ?? _store.Durability);
        return result;
    }

    /// <summary>
    /// As <see cref="Write(Action{WriteTransaction}, Durability?)"/>, across awaits.
    /// </summary>
    /// <param name="work">Commits when it completes, rolls back when it throws.</param>
    /// <param name="ct">Ends the wait for the writer's turn, or for the commit's begin.</param>
    public ValueTask WriteAsync(
        Func<WriteTransaction, ValueTask> work, CancellationToken ct = default) =>
        WriteAsync(work, _store.Durability, ct);

    /// <summary>The same; the commit waits for what is said here.</summary>
    /// <param name="work">Commits when it completes, rolls back when it throws.</param>
    /// <param name="durability">What the commit waits for.</param>
    /// <param name="ct">Ends the wait for the writer's turn, or for the commit's begin.</param>
    public async ValueTask WriteAsync(Func<WriteTransaction, ValueTask> work,
        Durability durability, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        using WriteTransaction tx = await BeginWriteAsync(ct).ConfigureAwait(false);
        await work(tx).ConfigureAwait(false);
        await tx.CommitAsync(durability, ct).ConfigureAwait(false);
    }

    /// <summary>The same; returns the work's result after the commit.</summary>
    /// <param name="work">Commits when it completes, rolls back when it throws.</param>
    /// <param name="ct">Ends the wait for the writer's turn, or for the commit's begin.</param>
    public ValueTask<T> WriteAsync<T>(
        Func<WriteTransaction, ValueTask<T>> work, CancellationToken ct = default) =>
        WriteAsync(work, _store.Durability, ct);

    /// <summary>
    /// The same; the commit waits for what is said here. Returns the work's result after it.
    /// </summary>
    /// <param name="work">Commits when it completes, rolls back when it throws.</param>
    /// <param name="durability">What the commit waits for.</param>
    /// <param name="ct">Ends the wait for the writer's turn, or for the commit's begin.</param>
    public async ValueTask<T> WriteAsync<T>(Func<WriteTransaction, ValueTask<T>> work,
        Durability durability, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        using WriteTransaction tx = await BeginWriteAsync(ct).ConfigureAwait(false);
        T result = await work(tx).ConfigureAwait(false);
        await tx.CommitAsync(durability, ct).ConfigureAwait(false);
        return result;
    }

    /// <summary>
    /// Makes every commit that has returned durable: after it, none of them is lost in a crash.
    /// Only <see cref="Durability.Eventual"/> commits need it. A write transaction open now is no
    /// part of it and does not hold it up.
    /// </summary>
    /// <exception cref="DatabaseFailedException">
    /// A flush failed, this one or one before: which of the unflushed commits are there shows when
    /// the database is opened again.
    /// </exception>
    /// <exception cref="DatabaseFullException">
    /// The device has no room for the log of the free list. Nothing is lost: delete something or
    /// make room, and flush again.
    /// </exception>
    public void Flush() => _store.Flush();

    /// <summary>As <see cref="Flush"/>, without blocking a thread while the device works.</summary>
    /// <param name="ct">Ends the wait; the flush goes on.</param>
    public ValueTask FlushAsync(CancellationToken ct = default) => _store.FlushAsync(ct);

    /// <summary>Figures of pages, cache and readers; reads no page.</summary>
    public DatabaseStatistics GetStatistics() =>
        new(_store.GetStatistics(), _background.Figures);

    /// <summary>
    /// Reads every page of the newest commit from the device and reports each broken rule with its
    /// page and bucket. Readers and the writer go on meanwhile. Flushes first, if that commit is
    /// not durable.
    /// </summary>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">Stops with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="DatabaseFullException">
    /// The device is full, and pages of that commit are still in memory.
    /// </exception>
    public VerifyReport Verify(
        IProgress<VerifyProgress>? progress = null, CancellationToken ct = default) =>
        _store.Verify(progress, ct);

    /// <summary>
    /// Reads every page of the newest commit for the shape of its trees and the use of each page.
    /// Takes one byte of memory a page. Readers and the writer go on meanwhile.
    /// </summary>
    /// <param name="progress">Told now and then how far it is; may be null.</param>
    /// <param name="ct">Stops with an <see cref="OperationCanceledException"/>.</param>
    public DatabaseShape Inspect(
        IProgress<VerifyProgress>? progress = null, CancellationToken ct = default) =>
        _store.TakeShape(progress, ct);

    /// <summary>Decodes one page as it lies in the file now, sound or not.</summary>
    /// <param name="pageId">Place in the file, in pages from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file ends before it.</exception>
    public PageContent InspectPage(long pageId) => _store.ReadPage(pageId);

    /// <summary>
    /// Flushes what is not durable yet and closes the file. A write transaction still open is
    /// rolled back.
    /// </summary>
    /// <exception cref="DatabaseException">
    /// <see cref="Durability.Eventual"/> commits could not be made durable. The database is closed.
    /// </exception>
    public void Dispose()
    {
        _background.Dispose();
        _store.Dispose();
    }

    /// <summary>The same, on a thread of the pool.</summary>
    public async ValueTask DisposeAsync() => await Task.Run(Dispose).ConfigureAwait(false);

    /// <summary>The step of the background compaction that is under way.</summary>
    internal Task BackgroundStep => _background.Step;

    /// <summary>Opens over any storage, which is disposed with the database.</summary>
    internal static Database Open(IStorage storage, StoreOptions options) =>
        new(Store.Open(storage, options,
            static transaction => new RedoReplay(new WriteTransaction(transaction))));

    /// <summary>An asynchronous lambda would outlive the transaction it was given.</summary>
    private static void ThrowIfAsynchronous<T>()
    {
        Type type = typeof(T);
        if (typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask)
            || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>)))
        {
            throw new ArgumentException(
                "The work is asynchronous: use ReadAsync or WriteAsync, and await it.", "work");
        }
    }
}
