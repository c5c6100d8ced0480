using System.Diagnostics;
using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Telemetry;
using KvCow.Engine.Transactions;

namespace KvCow.Engine;

/// <summary>Opens, recovers and closes one file; begins snapshots and transactions.</summary>
internal sealed class Store : IDisposable
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

    public int PageBytes => _parts.File.PageBytes;

    public int KeyBytesMax => PageLimits.KeyBytesMax(PageBytes);

    /// <summary>Takes over <paramref name="storage"/> and disposes it, also on failure.</summary>
    public static Store Open(IStorage storage, StoreOptions options)
    {
        StoreTelemetry telemetry = StoreTelemetry.Create(storage.Path, options.LoggerFactory);
        using Activity? activity = telemetry.Start("kvcow.open");
        IStorageFile? main = null;
        try
        {
            main = StoreOpening.OpenLocked(storage, options);
            Recovered recovered = Recovery.Run(storage, main, options, telemetry);
            Store store = new(Assemble(recovered, options));
            telemetry.Logger.Opened(storage.Path, recovered.Meta.Id.Value,
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
        PageSnapshot snapshot = new(_parts);
        if (!snapshot.IsEnded) return snapshot;

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

    public async ValueTask<PageTransaction> BeginWriteAsync(CancellationToken ct)
    {
        ThrowIfNotWritable();
        await _turn.EnterAsync(_parts.Options.WriterTimeout, ct).ConfigureAwait(false);
        return BeginInTurn();
    }

    public StoreStatistics GetStatistics()
    {
        ThrowIfDisposed();
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
    /// Walks one snapshot, reading every page from the device, and reports what breaks a rule.
    /// </summary>
    public VerifyReport Verify(IProgress<VerifyProgress>? progress, CancellationToken ct)
    {
        ThrowIfDisposed();
        PageSnapshot snapshot;
        FreeMap unreached;
        IReadOnlyList<PageRun> checkpoint;
        _parts.Structure.EnterReadLock();
        try
        {
            snapshot = new PageSnapshot(_parts);
            (unreached, checkpoint) = _parts.Space.Capture();
        }
        finally
        {
            Uninterrupted.Run(_parts.Structure.ExitReadLock);
        }

        using (snapshot)
        using (_parts.File.Telemetry.Start("kvcow.verify"))
        {
            return new StoreVerifier(_parts.File, snapshot.Meta, unreached, progress, ct)
                .Verify(checkpoint);
        }
    }

    /// <summary>
    /// Clean close: the free list becomes a checkpoint and the log beside the file goes. Waits for
    /// a commit under way; a write transaction still open is forgotten. Operations begun later on
    /// any handle are refused.
    /// </summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;

        _parts.File.Telemetry.Dispose();
        _turn.Close();
        Uninterrupted.Run(_parts.CommitGate.Enter);
        try
        {
            Uninterrupted.Run(_parts.Structure.EnterWriteLock);
            _parts.IsClosed = true;
            Uninterrupted.Run(_parts.Structure.ExitWriteLock);
            _queue.Drain();
            StoreClosing.Run(_parts);
        }
        finally
        {
            _parts.CommitGate.Exit();
        }

        _parts.File.Telemetry.Logger.Closed(Path, _parts.Snapshots.Current.Id.Value);
        // A transaction left open keeps its dirty pages: their memory goes when it is collected.
        if (!_turn.IsTaken) _parts.Pool.Dispose();
        _parts.Cache.Dispose();
        _parts.File.Dispose();
    }

    private static StoreParts Assemble(Recovered recovered, StoreOptions options)
    {
        (PageFile file, MetaPage meta, FreeMap free, List<PageRun>? checkpointRuns) = recovered;
        NodeCache cache = new(
            file.Main, file.PageBytes, options.CacheBytes, options.PoisonFreedFrames);
        PendingFile pending = new(file, meta.DatabaseId);
        return new StoreParts(
            file,
            cache,
            new PagePool(file.PageBytes),
            new Space(file, meta.PageCount, free, checkpointRuns ?? []),
            new FreeListLog(file, pending, meta, checkpointRuns, options),
            pending,
            new SnapshotRegistry(cache.Slots, meta, options.TimeProvider),
            options);
    }

    private PageTransaction BeginInTurn()
    {
        try
        {
            ThrowIfDisposed();
            _parts.File.ThrowIfFailed();
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
