using System.Diagnostics;
using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Telemetry;
using KvCow.Engine.Transactions;

namespace KvCow.Engine;

/// <summary>Opens, recovers and closes one file; begins snapshots and transactions.</summary>
internal sealed partial class Store : IDisposable
{
    private readonly StoreParts _parts;
    private readonly WriterTurn _turn;
    private readonly CommitQueue _queue;
    private int _disposed;

    private Store(StoreParts parts)
    {
        _parts = parts;
        _turn = new WriterTurn(parts.Options.TimeProvider);
        _queue = new CommitQueue(parts);
    }

    public string Path => _parts.File.Path;

    public Durability Durability => _parts.Options.Durability;

    public int PageBytes => _parts.File.PageBytes;

    public int KeyBytesMax => PageLimits.KeyBytesMax(PageBytes);

    /// <summary>Takes over <paramref name="storage"/> and disposes it, also on failure.</summary>
    /// <param name="storage">Main file and log beside it.</param>
    /// <param name="options">How.</param>
    /// <param name="beginReplay">
    /// Makes what does again, in a transaction, what the redo log tells; null if the caller's
    /// transactions never tell anything.
    /// </param>
    public static Store Open(IStorage storage, StoreOptions options,
        Func<PageTransaction, IRedoReplay>? beginReplay = null)
    {
        StoreTelemetry telemetry = StoreTelemetry.Create(storage.Path, options.LoggerFactory);
        using Activity? activity = telemetry.Start("kvcow.open");
        IStorageFile? main = null;
        try
        {
            main = StoreOpening.OpenLocked(storage, options);
            Recovered recovered = Recovery.Run(storage, main, options, telemetry);
            Store store = new(Assemble(recovered, options));
            store.Replay(recovered, beginReplay);
            telemetry.Logger.Opened(storage.Path, recovered.Redo.Last.Value,
                recovered.Meta.PageCount, recovered.Meta.PageBytes);
            telemetry.Show(store.TakeGauges);
            return store;
        }
        catch (Exception failure)
        {
            activity?.Fail(failure);
            main?.Dispose();
            storage.Dispose();
            throw;
        }
    }

    public PageSnapshot BeginRead()
    {
        ThrowIfDisposed();
        SyncPoints.Reach("read: begin");
        PageSnapshot snapshot = new(_parts, _queue);
        SyncPoints.Reach("read: begun");
        if (!snapshot.IsEnded || PlantedRaces.SkipLookAfterBegin) return snapshot;

        // The close came in between, and this may be the snapshot of its own last commit.
        snapshot.Dispose();
        throw DisposedException();
    }

    /// <summary>Waits for the writer's turn, in arrival order.</summary>
    public PageTransaction BeginWrite(CancellationToken ct)
    {
        ThrowIfNotWritable();
        _turn.Enter(_parts.Options.WriterTimeout, ct);
        return BeginInTurn();
    }

    public ValueTask<PageTransaction> BeginWriteAsync(CancellationToken ct) =>
        BeginWriteAsync(_parts.Options.WriterTimeout, ct);

    /// <summary>The same, with another patience than the options say.</summary>
    public async ValueTask<PageTransaction> BeginWriteAsync(
        TimeSpan timeout, CancellationToken ct)
    {
        ThrowIfNotWritable();
        await _turn.EnterAsync(timeout, ct).ConfigureAwait(false);
        return BeginInTurn();
    }

    /// <summary>Returns when everything committed before is durable.</summary>
    public void Flush()
    {
        ThrowIfDisposed();
        if (_queue.RequestFlush() is { } request) _queue.Await(request);
    }

    /// <summary>The same, without blocking the caller while the device works.</summary>
    public async ValueTask FlushAsync(CancellationToken ct)
    {
        ThrowIfDisposed();
        ct.ThrowIfCancellationRequested();
        if (_queue.RequestFlush() is { } request)
            await _queue.AwaitAsync(request).WaitAsync(ct).ConfigureAwait(false);
    }

    public StoreStatistics GetStatistics()
    {
        ThrowIfDisposed();
        SyncPoints.AwaitShared(_parts.Structure);
        _parts.Structure.EnterReadLock();
        try
        {
            return StoreStatistics.Take(_parts, _turn.Holder);
        }
        finally
        {
            Uninterrupted.Run(_parts.Structure.ExitReadLock);
        }
    }

    /// <summary>
    /// Clean close: the free list becomes a checkpoint and the log beside the file goes. Waits for
    /// a commit under way; a write transaction still open is forgotten. Operations begun later on
    /// any handle are refused. Throws if Eventual commits could not be made durable.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;

        Exception? failure;
        _parts.File.Telemetry.Dispose();
        _turn.Close();
        SyncPoints.Await(_parts.CommitGate);
        Uninterrupted.Run(_parts.CommitGate.Enter);
        try
        {
            SyncPoints.AwaitExclusive(_parts.Structure);
            Uninterrupted.Run(_parts.Structure.EnterWriteLock);
            _parts.Life.End();
            Uninterrupted.Run(_parts.Structure.ExitWriteLock);
            if (!PlantedRaces.SkipDrain) _queue.Drain();
            failure = StoreClosing.Run(_parts);
        }
        finally
        {
            _parts.CommitGate.Exit();
        }

        _parts.File.Telemetry.Logger.Closed(Path, _parts.Snapshots.Current.Id.Value);
        // A transaction left open keeps the memory for its dirty pages until it ends.
        SyncPoints.Reach("close: give up the cache");
        _parts.Unwritten.Abandon();
        _parts.Cache.Dispose();
        _parts.Options.Budget?.Leave(_parts.Cache);
        SyncPoints.Reach("close: the file");
        _parts.File.Dispose();
        if (_parts.Snapshots.Current.Id > _parts.Snapshots.Safe) ThrowLost(failure);
    }

    private static StoreParts Assemble(Recovered recovered, StoreOptions options)
    {
        (PageFile file, MetaPage meta, FreeMap free, List<PageRun>? checkpointRuns, RedoTail redo) =
            recovered;
        // The log may reach beyond the pages that the commit counts.
        uint pageCount = Math.Max(meta.PageCount, redo.PageCount);
        if (pageCount > meta.PageCount)
            free.Add(new PageRun(meta.PageCount, pageCount - meta.PageCount));
        Space space = new(file, pageCount, free, checkpointRuns ?? []);
        space.ReserveRedo(redo);
        NodeCache cache = new(
            file.Main,
            file.PageBytes,
            options.Budget?.Bytes ?? options.CacheBytes,
            options.PoisonFreedFrames);
        Join(options.Budget, cache);
        PendingFile pending = new(file, meta.DatabaseId);
        return new StoreParts(
            file,
            cache,
            new UnwrittenPages(file, cache, isAll: options.ReadOnly),
            space,
            new FreeListLog(file, pending, meta, checkpointRuns, options),
            new RedoLog(file, space, options),
            pending,
            new SnapshotRegistry(cache.Slots, meta, options.TimeProvider),
            options);
    }

    private static void Join(MemoryBudget? budget, NodeCache cache)
    {
        try
        {
            budget?.Join(cache);
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    private PageTransaction BeginInTurn()
    {
        try
        {
            ThrowIfDisposed();
            _parts.File.ThrowIfFailed();
            StoreClosing.KeepIdForClose(_queue.Newest.Id, Path);
            _turn.Holder = OpenWriter.OfThisThread(_parts.Options.TimeProvider);
            return new PageTransaction(_parts, _turn, _queue);
        }
        catch
        {
            _turn.Leave();
            throw;
        }
    }

    /// <summary>For the meter; null once the store is closed.</summary>
    private StoreGauges? TakeGauges()
    {
        try
        {
            StoreStatistics now = GetStatistics();
            return new StoreGauges(now.CacheHits, now.CacheMisses, now.CacheBytes, now.DirtyBytes,
                now.PageCount * now.PageBytes, now.FreePages, now.PendingPages, now.OpenReaders,
                now.OldestReaderAge ?? TimeSpan.Zero);
        }
        catch (HandleEndedException)
        {
            return null;
        }
    }

    /// <summary>Commits that returned are not durable: the one who closes has to know.</summary>
    private void ThrowLost(Exception? failure)
    {
        _parts.File.ThrowIfFailed();
        throw failure as DatabaseException ?? new DatabaseFailedException(
            Path, failure ?? new IOException("the last commits could not be flushed"));
    }

    private void ThrowIfNotWritable()
    {
        ThrowIfDisposed();
        if (_parts.Options.ReadOnly) throw new ReadOnlyDatabaseException(Path);
        _parts.File.ThrowIfFailed();
    }

    private void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed) != 0) throw DisposedException();
    }

    private HandleEndedException DisposedException() =>
        new($"The database '{Path}' was disposed. Open it again.");
}
