using System.Diagnostics;
using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Telemetry;
using KvCow.Engine.Tree;

namespace KvCow.Engine.Transactions;

/// <summary>The one change in progress: dirty pages over a snapshot, until it ends.</summary>
internal sealed partial class PageTransaction : IPageEditor, IDisposable
{
    private readonly StoreParts _parts;
    private readonly MetaPage _base;
    private readonly ReaderSlot _slot;
    private readonly WriterTurn _turn;
    private readonly DirtyPages _dirty;
    private readonly CommitQueue _queue;
    private readonly ChangeLevels _levels;
    private Exception? _poison;
    private readonly bool _isRedone;
    private bool _isHandedOver;
    private int _ended;

    /// <summary>On the newest finished commit; the caller has the turn, passes it on.</summary>
    /// <param name="parts">Of the store.</param>
    /// <param name="turn">The writer's turn.</param>
    /// <param name="queue">Where it is committed.</param>
    /// <param name="birth">
    /// Its id, if it does again what several commits did; null: the next one.
    /// </param>
    public PageTransaction(
        StoreParts parts, WriterTurn turn, CommitQueue queue, TransactionId? birth = null)
    {
        _parts = parts;
        _turn = turn;
        _queue = queue;
        _slot = parts.Snapshots.Pin(out _, isWriter: true);
        SyncPoints.Reach("write: before the newest commit is asked for");
        _base = queue.Newest;
        _dirty = new DirtyPages(parts.Cache);
        _levels = new ChangeLevels(parts.Space, _dirty, parts.Snapshots.Durable.Id);
        Birth = birth ?? _base.Id.Next;
        _isRedone = birth is not null;
        if (_isRedone || !parts.Redo.IsOpen) Redo.GiveUp(); // Nobody would read it.
        Spill = new PageSpill(parts, _dirty, _levels, Birth);
    }

    public TransactionId Birth { get; }

    /// <summary>What a commit waits for unless it says so.</summary>
    public Durability Durability => _parts.Options.Durability;

    /// <summary>Takes pages out of memory; used between operations.</summary>
    public PageSpill Spill { get; }

    /// <summary>The savepoints' levels; who rolls one back puts its roots back.</summary>
    public ChangeLevels Levels => _levels;

    /// <summary>Root of the catalog of top-level buckets when the transaction began.</summary>
    public PageReference CatalogRoot => _base.CatalogRoot;

    public bool IsEnded => Volatile.Read(ref _ended) != 0 || _parts.IsClosed;

    public StoreLife Life => _parts.Life;

    public int PageBytes => _base.PageBytes;

    public void Enter()
    {
        ThrowIfUnusable();
        _slot.EnterOperation();
    }

    public void Exit() => _slot.ExitOperation();

    public PageReference Allocate() => new(_levels.Make(), 0, Birth, 0);

    public bool IsWritable(PageId id) => _levels.IsWritable(id);

    public Span<byte> Write(PageId dirty) => _dirty.Write(dirty);

    public PageReference MakeWritable(in PageReference reference)
    {
        if (IsWritable(reference.Id)) return reference;

        PageId id = _levels.Make();
        Span<byte> copy = _dirty[id].Span;
        Read(reference).CopyTo(copy);
        PageKind kind = PageHeader.Kind(copy);
        PageHeader.SetIdentity(copy, id, Birth);
        Free(reference, kind);
        return reference with { Id = id, Crc = 0, Birth = Birth };
    }

    public void Free(in PageReference reference, PageKind kind)
    {
        if (reference.Id.IsDirty)
            _levels.GiveUp(reference.Id);
        else
            Free(new PageRun(reference.Id.Index, 1), reference.Birth, kind);
    }

    public void FreeExtent(in ExtentReference extent) => Free(
        GivenUpPages.OfExtent(extent, PageBytes), extent.Birth, PageKind.Overflow);

    /// <summary>Only good for rollback from here on: an operation failed half-way.</summary>
    public void Poison(Exception cause) => _poison ??= cause;

    /// <summary>
    /// Makes the change durable, then visible, or the other way round if it is Eventual. On return
    /// or exception the transaction has ended.
    /// </summary>
    /// <param name="catalogRoot">The catalog's root now, dirty or as it was.</param>
    /// <param name="durability">What to wait for.</param>
    public void Commit(PageReference catalogRoot, Durability durability)
    {
        using Activity? activity = _parts.File.Telemetry.Start("kvcow.commit");
        try
        {
            FinishedCommit? finished = Finish(catalogRoot, durability);
            if (finished is { IsAwaited: true }) _queue.Await(finished);
        }
        catch (Exception failure)
        {
            activity?.Fail(failure);
            throw;
        }
    }

    /// <summary>
    /// The same without blocking the caller while the device works. The token is heeded before the
    /// commit is queued; after that, cancelling ends the wait and not the commit, which cannot be
    /// taken back and becomes durable unless the flush fails.
    /// </summary>
    public async ValueTask CommitAsync(
        PageReference catalogRoot, Durability durability, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        using Activity? activity = _parts.File.Telemetry.Start("kvcow.commit");
        try
        {
            FinishedCommit? finished = Finish(catalogRoot, durability);
            if (finished is not { IsAwaited: true }) return;
            Task done = _queue.AwaitAsync(finished);
            SyncPoints.AwaitOrCancel(done, ct);
            await done.WaitAsync(ct).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            activity?.Fail(failure);
            throw;
        }
    }

    /// <summary>
    /// Forgets the change and gives the writer's turn on. Does nothing after the end.
    /// </summary>
    public void Rollback() => End(null);

    public void Dispose() => Rollback();

    private void End(FinishedCommit? checkpoint)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0) return;

        _slot.ExitOperation();
        _parts.Space.Rollback();
        _dirty.Dispose();
        if (!_isHandedOver) Redo.Dispose();
        _parts.Snapshots.Unpin(_slot);
        SyncPoints.Reach("write: before the turn is passed on");
        // The log starts afresh behind a checkpoint: nothing may be appended before it counts.
        if (checkpoint is null) _turn.Leave();
        else checkpoint.WhenSettled(_turn.Leave);
    }

    /// <summary>Seals the pages, passes the writer's turn on; null if nothing changed.</summary>
    private FinishedCommit? Finish(in PageReference catalogRoot, Durability durability)
    {
        ThrowIfUnusable();
        FinishedCommit? checkpoint = null;
        try
        {
            _levels.Release(1);
            if (!HasChanges(catalogRoot))
            {
                // What it has read may not be durable yet.
                return durability == Durability.Eventual ? null : _queue.RequestFlush();
            }

            // One cut at a time waits to be durable, and whoever takes places undoes it.
            if (Wish.CutsTail) _queue.Drain();

            FinishedCommit finished = Finish(
                new PageChange(Birth, catalogRoot, _dirty, _levels.Freed,
                    _base.Pages + _levels.Counts, _levels.HasSpilled)
                {
                    Wish = Wish,
                    Redo = Redo,
                    Pinned = new TransactionId(_slot.SnapshotId),
                },
                durability);
            _isHandedOver = true;
            if (finished.HasCheckpoint || Wish.CutsTail) checkpoint = finished;
            if (finished is { HasCheckpoint: true, IsAwaited: false })
                _ = _queue.AwaitAsync(finished);
            return finished;
        }
        finally
        {
            // A finished commit has nothing left to give back; after a refusal (no room) this
            // returns the pages taken.
            End(checkpoint);
        }
    }

    private FinishedCommit Finish(PageChange change, Durability durability)
    {
        SyncPoints.Await(_parts.CommitGate);
        lock (_parts.CommitGate)
        {
            ThrowIfUnusable();
            try
            {
                return _queue.Finish(change, durability);
            }
            catch (DatabaseFullException)
            {
                // Not in a filter: that would run under the queue's lock.
                if (!_queue.MakeRoom()) throw;
            }

            return _queue.Finish(change, durability);
        }
    }

    // Commits done again that come to nothing have numbers all the same, and a log that ends here.
    private bool HasChanges(in PageReference catalogRoot) => _isRedone || Wish.CutsTail
        || catalogRoot != _base.CatalogRoot || !_levels.Freed.IsEmpty;

    private void Free(PageRun run, TransactionId birth, PageKind kind)
    {
        GivenUpPages.CheckBirth(run, birth, Birth);
        if (birth == Birth) _levels.GiveUpPlaces(run, kind);
        else _levels.GiveUp(run, birth, kind);
    }

    private void ThrowIfUnusable()
    {
        if (_poison is not null && !_parts.IsClosed) throw new RollbackOnlyException(_poison);
        if (!IsEnded) return;

        throw new HandleEndedException(Volatile.Read(ref _ended) != 0
            ? "The write transaction was committed, rolled back or disposed. Begin a new one."
            : "The database was disposed, and its transactions with it.");
    }
}
