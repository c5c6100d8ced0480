using System.Text;
using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Engine.Tree;

namespace KvCow.Engine.Backups;

/// <summary>
/// Builds all trees of a snapshot anew in a sink: the entries of each bucket, then what is nested
/// in it, then its record. Deterministic: two runs over one snapshot give the same pages.
/// </summary>
/// <remarks>
/// Memory grows with the depth of nesting only, by some pages for each catalog that is open. Pages
/// are read through the cache, which checks them against their parents.
/// </remarks>
internal sealed class CompactedCopy(PageSnapshot snapshot, PageSink sink, TransactionId birth)
{
    private readonly BulkTree _entries = new(sink, birth);
    private readonly ExtentCopy _extents =
        new(snapshot.File, snapshot.Meta.PageCount, sink, birth);

    private readonly Stack<Catalog> _open = new();
    private readonly ReachedOnce _reached = new();

    /// <summary>Returns the root of the catalog of top-level buckets.</summary>
    public PageReference Run()
    {
        _open.Push(new Catalog(snapshot.CatalogRoot, new BulkTree(sink, birth)));
        while (true)
        {
            Catalog catalog = _open.Peek();
            if (MoveToNext(catalog))
            {
                CopyBucket(catalog);
                continue;
            }

            PageReference root = catalog.Built.Finish();
            _open.Pop();
            if (_open.Count == 0) return root;
            Append(_open.Peek(), root);
        }
    }

    private void CopyBucket(Catalog catalog)
    {
        PageReference entries = CopyEntries(catalog.Record.Entries);
        PageReference nested = catalog.Record.Catalog;
        catalog.Record = catalog.Record with { Entries = entries };
        if (nested.IsNone) Append(catalog, nested);
        else _open.Push(new Catalog(nested, new BulkTree(sink, birth)));
    }

    /// <summary>
    /// Steps to the bucket behind the last one. The cursor is not kept: it would keep a page of
    /// every level of nesting in the cache.
    /// </summary>
    private bool MoveToNext(Catalog catalog)
    {
        try
        {
            using TreeCursor cursor = new Tree.Tree(snapshot, catalog.Root).OpenCursor();
            bool found = catalog.Name is null
                ? cursor.MoveToFirst()
                : cursor.MoveToAbove(catalog.Name, inclusive: false);
            if (!found)
            {
                if (catalog.Seen != catalog.Root.Count)
                    throw Corrupt(catalog.Root, "a catalog counts more buckets than it has");
                return false;
            }

            if (cursor.LeafId != catalog.Leaf)
            {
                catalog.Leaf = cursor.LeafId;
                _reached.BeginTree();
                _reached.Leaf(catalog.Leaf);
            }

            CellValue value = cursor.Value;
            if (value.Kind != CellKind.Bucket)
                throw Corrupt(catalog.Root, "a catalog holds a value");
            catalog.Record = BucketRecord.Read(value.Bytes);
            catalog.Name = cursor.Key.ToArray();
            catalog.Seen++;
            return true;
        }
        catch (CorruptPageException e) when (e.Bucket is null && _open.Count > 1)
        {
            throw new CorruptPageException(e, Path(withLast: false));
        }
    }

    private PageReference CopyEntries(PageReference root)
    {
        if (root.IsNone) return root;
        try
        {
            using TreeCursor cursor = new Tree.Tree(snapshot, root).OpenCursor();
            ulong count = 0;
            _reached.BeginTree();
            for (bool more = cursor.MoveToFirst(); more; more = cursor.MoveNext(), count++)
                CopyEntry(root, cursor);
            if (count != root.Count)
                throw Corrupt(root, $"{count} entries lie below it, its parent says {root.Count}");
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw new CorruptPageException(e, Path(withLast: true));
        }

        return _entries.Finish();
    }

    private void CopyEntry(in PageReference root, TreeCursor cursor)
    {
        _reached.Leaf(cursor.LeafId);
        CellValue value = cursor.Value;
        bool ascends;
        if (value.Kind == CellKind.Extent)
        {
            Span<byte> reference = stackalloc byte[ExtentReference.Size];
            ExtentReference extent = ExtentReference.Read(value.Bytes);
            _extents.Copy(extent).Write(reference);
            _reached.Extent(extent);
            ascends = _entries.TryAppend(cursor.Key, CellKind.Extent, reference);
        }
        else if (value.Kind == CellKind.Inline)
        {
            ascends = _entries.TryAppend(cursor.Key, CellKind.Inline, value.Bytes);
        }
        else
        {
            throw Corrupt(root, "a bucket lies among the entries below it");
        }

        if (!ascends) throw Corrupt(root, "keys below it do not ascend (invariant 8)");
    }

    private void Append(Catalog catalog, PageReference nested)
    {
        Span<byte> record = stackalloc byte[BucketRecord.Size];
        (catalog.Record with { Catalog = nested }).Write(record);
        if (!catalog.Built.TryAppend(catalog.Name, CellKind.Bucket, record))
            throw Corrupt(catalog.Root, "names below it do not ascend (invariant 8)");
    }

    private string Path(bool withLast)
    {
        IEnumerable<Catalog> above = withLast ? _open : _open.Skip(1);
        return string.Join('/', above.Reverse().Select(
            catalog => Encoding.UTF8.GetString(catalog.Name ?? [])));
    }

    private static CorruptPageException Corrupt(in PageReference root, string problem) =>
        new(root.Id.Index, problem);

    /// <summary>A catalog half copied.</summary>
    private sealed class Catalog(PageReference root, BulkTree built)
    {
        public PageReference Root => root;

        public BulkTree Built => built;

        /// <summary>The bucket whose trees are being copied.</summary>
        public byte[]? Name { get; set; }

        public BucketRecord Record { get; set; }

        public ulong Seen { get; set; }

        public PageId Leaf { get; set; }
    }
}
