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

    public async ValueTask<PageTransaction> BeginWriteAsync(CancellationToken ct)
    {
        ThrowIfNotWritable();
        await _turn.EnterAsync(_parts.Options.WriterTimeout, ct).ConfigureAwait(false);
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
    /// Walks one snapshot, reading every page from the device, and reports what breaks a rule.
    /// </summary>
    public VerifyReport Verify(IProgress<VerifyProgress>? progress, CancellationToken ct)
    {
        PageSnapshot snapshot = BeginWalk(
            out FreeMap unreached, out IReadOnlyList<PageRun> checkpoint);
        using (snapshot)
        using (_parts.File.Telemetry.Start("kvcow.verify"))
        {
            snapshot.AwaitDurable();
            return MetaSlots.Check(_parts, _queue, new StoreVerifier(
                _parts.File, snapshot.Meta, unreached, progress, ct).Verify(checkpoint));
        }
    }

    /// <summary>Walks one snapshot for the shape of its trees and the use of each page.</summary>
    public DatabaseShape TakeShape(IProgress<VerifyProgress>? progress, CancellationToken ct)
    {
        PageSnapshot snapshot = BeginWalk(
            out FreeMap unreached, out IReadOnlyList<PageRun> checkpoint);
        using (snapshot)
        {
            snapshot.AwaitDurable();
            return new StoreShape(_parts.File, snapshot.Meta, progress, ct)
                .Take(unreached, checkpoint);
        }
    }

    /// <summary>Decodes one page as it lies in the file.</summary>
    public PageContent ReadPage(long pageId)
    {
        ThrowIfDisposed();
        return PageDecoder.Decode(_parts.File, pageId);
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
            _parts.IsClosed = true;
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
        if (_parts.Snapshots.Current.Id > _parts.Snapshots.Durable.Id) ThrowLost(failure);
    }

    /// <summary>A snapshot, and what was free when it was the newest.</summary>
    private PageSnapshot BeginWalk(
        out FreeMap unreached, out IReadOnlyList<PageRun> checkpoint)
    {
        ThrowIfDisposed();
        SyncPoints.AwaitShared(_parts.Structure);
        _parts.Structure.EnterReadLock();
        try
        {
            PageSnapshot snapshot = new(_parts, _queue);
            (unreached, checkpoint) = _parts.Space.Capture(snapshot.Id);
            return snapshot;
        }
        finally
        {
            Uninterrupted.Run(_parts.Structure.ExitReadLock);
        }
    }

    private static StoreParts Assemble(Recovered recovered, StoreOptions options)
    {
        (PageFile file, MetaPage meta, FreeMap free, List<PageRun>? checkpointRuns) = recovered;
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
            new UnwrittenPages(file, cache),
            new Space(file, meta.PageCount, free, checkpointRuns ?? []),
            new FreeListLog(file, pending, meta, checkpointRuns, options),
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
