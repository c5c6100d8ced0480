using KvCow.Engine.Cache;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Turns the dirty pages of a commit into committed ones: gives each its place, puts its CRC into
/// its parent, writes runs of neighbours in one call, and leaves them in the cache.
/// </summary>
internal sealed class PageSealer(
    PageFile file, NodeCache cache, DirtyPages dirty, TransactionId birth,
    UnwrittenPages? unwritten)
{
    private readonly SealedBatch _batch = new(file, cache, birth, unwritten);

    /// <summary>
    /// Seals and writes <paramref name="order"/> into <paramref name="places"/>. The dirty pages
    /// are gone afterwards: the frame of each serves the pages sealed after it, because memory that
    /// nobody has touched yet is dear.
    /// </summary>
    /// <returns>The committed reference of the last page of the order.</returns>
    public PageReference WriteAll(List<SealOrder.Entry> order, IReadOnlyList<PageRun> places)
    {
        PageReference last = PageReference.None;
        int next = 0;
        try
        {
            foreach (PageRun run in places)
            {
                for (uint i = 0; i < run.Count; i++, next++)
                    last = Seal(order[next], new PageId(run.Start + i));
            }

            _batch.Write();
        }
        catch
        {
            _batch.Abandon();
            throw;
        }

        return last;
    }

    /// <summary>The committed form of a reference to a page sealed here.</summary>
    public PageReference Resolve(in PageReference reference)
    {
        if (!reference.Id.IsDirty) return reference;
        ref PageReference page = ref dirty.SealedAs(reference.Id);
        if (page.IsNone) throw new InvalidOperationException("a parent is sealed before its child");
        return page with { Count = reference.Count };
    }

    private PageReference Seal(SealOrder.Entry entry, PageId place)
    {
        ReadOnlySpan<byte> source = dirty[entry.Id].Span;
        Span<byte> page = _batch.Add(place);
        if (PageHeader.Kind(source) == PageKind.Branch)
        {
            BranchSeal.Seal(source, page);
            ResolveChildren(page);
        }
        else
        {
            LeafSeal.Seal(source, page);
            if (entry.InCatalog) ResolveTrees(page);
        }

        PageHeader.SetIdentity(page, place, birth);
        PageReference reference = new(place, PageChecksum.Seal(page), birth, 0);
        dirty.SealedAs(entry.Id) = reference;
        dirty.Return(entry.Id);
        return reference;
    }

    private void ResolveChildren(Span<byte> page)
    {
        BranchPage branch = new(page);
        BranchPageWriter writer = new(page);
        int count = branch.ChildCount;
        for (int i = branch.FindDirtyChild(0); i < count; i = branch.FindDirtyChild(i + 1))
            writer.SetChild(i, Resolve(branch.ChildAt(i)));
    }

    private void ResolveTrees(Span<byte> page)
    {
        LeafPage leaf = new(page);
        LeafPageWriter writer = new(page);
        for (int i = 0; i < leaf.CellCount; i++)
        {
            BucketRecord record = BucketRecord.Read(leaf.ValueAt(i).Bytes);
            BucketRecord resolved = record with
            {
                Entries = Resolve(record.Entries),
                Catalog = Resolve(record.Catalog),
            };
            if (resolved != record) resolved.Write(writer.ValueBytesAt(i));
        }
    }
}
