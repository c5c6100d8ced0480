using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Engine.Tree;

namespace KvCow.Tests.Support;

/// <summary>Pages in memory that hold the tree to its contract.</summary>
/// <remarks>
/// Refuses reads of freed pages or outside an operation, and writes to committed pages. The spans
/// of an operation are overwritten at its end, so that a use after it does not go unnoticed.
/// </remarks>
internal sealed class MemoryPages(int pageBytes) : IPageEditor, IDisposable
{
    private readonly List<MemoryPage> _dirty = [new MemoryPage(pageBytes) { IsFreed = true }];
    private readonly Dictionary<PageId, MemoryPage> _committed = [];
    private readonly HashSet<ExtentReference> _extents = [];
    private readonly Stack<MemoryPage> _spare = [];
    private readonly List<MemoryPage> _lent = [];
    private uint _nextId = 2;
    private uint _nextExtent = 1;

    public int PageBytes { get; } = pageBytes;

    public TransactionId Birth { get; private set; } = new(1);

    public bool IsInOperation { get; private set; }

    /// <summary>Pins not yet given back.</summary>
    public int PinCount { get; private set; }

    /// <summary>Operations begun so far.</summary>
    public int OperationCount { get; private set; }

    /// <summary>Pages read so far.</summary>
    public int ReadCount { get; private set; }

    public int DirtyPageCount => _dirty.Count(page => !page.IsFreed);

    public int LivePageCount =>
        DirtyPageCount + _committed.Values.Count(page => !page.IsFreed);

    /// <summary>Long values not yet freed.</summary>
    public IReadOnlySet<ExtentReference> Extents => _extents;

    public void Enter()
    {
        Require(!IsInOperation, "Operations do not nest.");
        IsInOperation = true;
        OperationCount++;
    }

    public void Exit()
    {
        Require(IsInOperation, "No operation to end.");
        IsInOperation = false;
        foreach (MemoryPage copy in _lent)
        {
            copy.Fill();
            _spare.Push(copy);
        }

        _lent.Clear();
    }

    public ReadOnlySpan<byte> Read(scoped in PageReference reference) => Locate(reference).Span;

    public ReadOnlySpan<byte> FindLeaf(
        scoped in PageReference root, ReadOnlySpan<byte> key, out PageReference leaf) =>
        TreeSearch.FindLeaf(new Reader(this), root, key, out leaf);

    public PageBuffer Locate(in PageReference reference)
    {
        Require(IsInOperation, "Read outside an operation.");
        ReadCount++;
        MemoryPage page = Find(reference);
        if (reference.Id.IsDirty) return page.Buffer;
        if (!_spare.TryPop(out MemoryPage? copy)) copy = new MemoryPage(PageBytes);
        page.Span.CopyTo(copy.Span);
        _lent.Add(copy);
        return copy.Buffer;
    }

    /// <summary>None: each is located alone, and so checked.</summary>
    public uint LocateChildren(
        Span<PageBuffer> pages, ReadOnlySpan<int> children, int level, int askedBytes) =>
        uint.MaxValue >> (32 - pages.Length);

    public PageBuffer Peek(PageId id)
    {
        Require(IsInOperation, "Peek outside an operation.");
        Require(!id.IsNone, "Peek at no page.");
        return default;
    }

    public PagePin Pin(in PageReference reference, bool isRead = true)
    {
        Require(IsInOperation, "Pin outside an operation.");
        MemoryPage page = Find(reference);
        PinCount++;
        return new PagePin(page.Buffer, reference.Id.IsDirty ? -1 : (int)reference.Id.Index);
    }

    public void Unpin(in PagePin pin)
    {
        if (pin.IsNone) return;
        Require(PinCount > 0, "Unpinned more often than pinned.");
        PinCount--;
    }

    public PageReference Allocate()
    {
        Require(IsInOperation, "Allocate outside an operation.");
        _dirty.Add(new MemoryPage(PageBytes));
        return new PageReference(PageId.Dirty(_dirty.Count - 1), 0, Birth, 0);
    }

    public Span<byte> Write(PageId dirty)
    {
        Require(dirty.IsDirty, "Write to a committed page.");
        MemoryPage page = _dirty[dirty.DirtyIndex];
        Require(!page.IsFreed, "Write to a freed page.");
        return page.Span;
    }

    public bool IsWritable(PageId id) => id.IsDirty;

    public PageReference MakeWritable(in PageReference reference)
    {
        MemoryPage page = Find(reference);
        if (reference.Id.IsDirty) return reference;
        PageReference copy = Allocate() with { Count = reference.Count };
        Span<byte> span = Write(copy.Id);
        page.Span.CopyTo(span);
        PageHeader.SetIdentity(span, copy.Id, Birth);
        page.IsFreed = true;
        return copy;
    }

    public void Free(in PageReference reference, PageKind kind)
    {
        Require(IsInOperation, "Free outside an operation.");
        MemoryPage page = Find(reference);
        Require(PageHeader.Kind(page.Span) == kind, "Freed as another kind than it is.");
        page.IsFreed = true;
        if (reference.Id.IsDirty) page.Fill();
    }

    public void FreeExtent(in ExtentReference extent) =>
        Require(_extents.Remove(extent), "Freed an extent that does not live.");

    public ExtentReference AddExtent()
    {
        uint number = _nextExtent++;
        ExtentReference extent = new(new PageId(number), 1, number, Birth, number, number);
        _extents.Add(extent);
        return extent;
    }

    /// <summary>
    /// Seals the dirty pages, which must all be reached from the root, and begins the next
    /// transaction.
    /// </summary>
    public PageReference Commit(in PageReference root)
    {
        PageReference sealedRoot = Seal(root);
        Require(_dirty.TrueForAll(page => page.IsFreed), "A dirty page is out of reach.");
        return CommitReachable(sealedRoot);
    }

    /// <summary>The same for a tree damaged by a test, which may have lost pages.</summary>
    public PageReference CommitReachable(in PageReference root)
    {
        Require(!IsInOperation, "Commit inside an operation.");
        PageReference sealedRoot = Seal(root);
        foreach (MemoryPage page in _dirty) page.Dispose();
        _dirty.Clear();
        _dirty.Add(new MemoryPage(PageBytes) { IsFreed = true });
        foreach ((PageId id, MemoryPage page) in _committed.ToArray())
        {
            Require(PageChecksum.IsIntact(page.Span), "A committed page changed in place.");
            if (!page.IsFreed) continue;
            page.Dispose();
            _committed.Remove(id);
        }

        Birth = Birth.Next;
        return sealedRoot;
    }

    public void Dispose()
    {
        foreach (MemoryPage page in _dirty) page.Dispose();
        foreach (MemoryPage page in _committed.Values) page.Dispose();
        foreach (MemoryPage page in _spare) page.Dispose();
        foreach (MemoryPage page in _lent) page.Dispose();
    }

    private PageReference Seal(in PageReference reference)
    {
        if (!reference.Id.IsDirty) return reference;
        MemoryPage dirty = Find(reference);
        PageId id = new(_nextId++);
        MemoryPage page = new(PageBytes);
        if (PageHeader.Kind(dirty.Span) == PageKind.Leaf)
        {
            LeafSeal.Seal(dirty.Span, page.Span);
        }
        else
        {
            SealChildren(dirty.Span);
            BranchSeal.Seal(dirty.Span, page.Span);
        }

        PageHeader.SetIdentity(page.Span, id, Birth);
        uint crc = PageChecksum.Seal(page.Span);
        dirty.IsFreed = true;
        _committed.Add(id, page);
        return new PageReference(id, crc, Birth, reference.Count);
    }

    private void SealChildren(Span<byte> page)
    {
        for (int i = 0; i < new BranchPage(page).ChildCount; i++)
        {
            PageReference child = new BranchPage(page).ChildAt(i);
            if (child.Id.IsDirty) new BranchPageWriter(page).SetChild(i, Seal(child));
        }
    }

    private MemoryPage Find(in PageReference reference)
    {
        MemoryPage? page;
        if (reference.Id.IsDirty) page = _dirty[reference.Id.DirtyIndex];
        else _committed.TryGetValue(reference.Id, out page);
        Require(page is { IsFreed: false }, "Use of a freed page.");
        if (reference.Id.IsDirty)
            Require(reference is { Crc: 0 } && reference.Birth == Birth, "Wrong dirty reference.");
        else
            Require(PageVerifier.FindIdentityProblem(page!.Span, reference) is null, "Wrong page.");
        return page!;
    }

    private static void Require(bool condition, string message)
    {
        if (!condition) throw new ContractException(message);
    }

    private readonly struct Reader(MemoryPages pages) : IPageReader
    {
        public ReadOnlySpan<byte> Read(scoped in PageReference reference) => pages.Read(reference);
    }
}
