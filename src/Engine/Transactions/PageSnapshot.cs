using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Tree;

namespace KvCow.Engine.Transactions;

/// <summary>A pin on one snapshot: reads its pages until disposed.</summary>
internal sealed class PageSnapshot : IPageSource, IDisposable
{
    private readonly StoreParts _parts;
    private readonly CommitQueue _queue;
    private MetaPage _meta;
    private readonly ReaderSlot _slot;
    private int _ended;

    public PageSnapshot(StoreParts parts, CommitQueue queue)
    {
        _parts = parts;
        _queue = queue;
        _slot = parts.Snapshots.Pin(out _meta);
    }

    public TransactionId Id => _meta.Id;

    /// <summary>Root of the catalog of top-level buckets.</summary>
    public PageReference CatalogRoot => _meta.CatalogRoot;

    public MetaPage Meta => _meta;

    /// <summary>The file that holds its pages, for whoever reads past the cache.</summary>
    public PageFile File => _parts.File;

    public bool IsEnded => _ended != 0 || _parts.IsClosed;

    public StoreLife Life => _parts.Life;

    public int PageBytes => _meta.PageBytes;

    /// <summary>
    /// Returns when all its pages are in the file, for whoever reads past the cache.
    /// </summary>
    public void AwaitDurable()
    {
        if (Id <= _parts.Snapshots.Durable.Id) return;
        if (_parts.Options.ReadOnly) throw ReadOnlyDatabaseException.OfPages(_parts.File.Path);
        if (_queue.RequestFlush(withPages: true) is { } request) _queue.Await(request);
    }

    /// <summary>
    /// Goes to the newest snapshot, outside an operation; false if that is this one. Pins are to be
    /// given back before.
    /// </summary>
    public bool Renew()
    {
        if (IsEnded) ThrowEnded();
        _slot.ExitOperation(); // One that an exception left.
        SyncPoints.Reach("read: renew");
        bool isOther = _parts.Snapshots.Renew(_slot, ref _meta);

        // The snapshot of the close's own commit is for nobody.
        if (_parts.IsClosed && !PlantedRaces.SkipLookAfterBegin) ThrowEnded();
        return isOther;
    }

    public void Enter()
    {
        if (_ended != 0 || _parts.IsClosed) ThrowEnded();
        _slot.EnterOperation();
    }

    public void Exit() => _slot.ExitOperation();

    public ReadOnlySpan<byte> Read(scoped in PageReference reference) =>
        _parts.Cache.Read(_slot, reference);

    public ReadOnlySpan<byte> FindLeaf(
        scoped in PageReference root, ReadOnlySpan<byte> key, out PageReference leaf) =>
        TreeSearch.FindLeaf(new Reader(_parts.Cache, _slot), root, key, out leaf);

    public PageBuffer Locate(in PageReference reference) =>
        _parts.Cache.Locate(_slot, reference);

    public uint LocateChildren(
        Span<PageBuffer> pages, ReadOnlySpan<int> children, int level, int askedBytes) =>
        _parts.Cache.LocateChildren(_slot, pages, children, level, askedBytes);

    public PageBuffer Peek(PageId id) => _parts.Cache.Peek(id);

    public PagePin Pin(in PageReference reference, bool isRead = true)
    {
        PageBuffer buffer = _parts.Cache.Hold(
            _slot, reference, isRead, out int frame, out int place);
        return new PagePin(buffer, frame, place);
    }

    public void Unpin(in PagePin pin)
    {
        if (pin.IsNone) return;
        if (pin.Place == 0) _parts.Cache.Unpin(pin.Frame);
        else if (_ended == 0) _slot.LetGo(pin.Place); // The end has let go of all places.
    }

    /// <summary>
    /// Reads value bytes from <paramref name="offset"/> on until the destination is full or the
    /// value ends, checking each page; returns the bytes read. Needs no operation, but a live pin.
    /// </summary>
    public int ReadExtent(in ExtentReference extent, long offset, Span<byte> destination)
    {
        if (IsEnded) ThrowEnded();
        return ExtentReader.Read(_parts.File, extent, offset, destination);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0) _parts.Snapshots.Unpin(_slot);
    }

    private void ThrowEnded() => throw new HandleEndedException(_ended != 0
        ? "The read transaction was disposed. Begin a new one."
        : "The database was disposed, and its transactions with it.");

    private readonly struct Reader(NodeCache cache, ReaderSlot slot) : IPageReader
    {
        public ReadOnlySpan<byte> Read(scoped in PageReference reference) =>
            cache.Read(slot, reference);
    }
}
