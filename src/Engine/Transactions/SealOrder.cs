using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Lists the dirty pages that the new catalog reaches, children before parents and in key order,
/// so that each page's CRC is known before its parent is sealed.
/// </summary>
internal static class SealOrder
{
    /// <summary>
    /// A dirty page, and whether it belongs to a catalog (its leaves name trees).
    /// </summary>
    public readonly record struct Entry(PageId Id, bool InCatalog);

    public static List<Entry> Collect(DirtyPages dirty, in PageReference catalogRoot)
    {
        // Parents come off the stack before their children and left before right; the reverse of
        // that walk, taken right to left, is the order wanted.
        List<Entry> order = new(dirty.Count);
        Stack<Entry> open = new();
        Push(open, catalogRoot, inCatalog: true);
        while (open.TryPop(out Entry entry))
        {
            order.Add(entry);
            ReadOnlySpan<byte> page = dirty[entry.Id].Span;
            if (PageHeader.Kind(page) == PageKind.Branch)
            {
                BranchPage branch = new(page);
                int count = branch.ChildCount;
                for (int i = branch.FindDirtyChild(0); i < count; i = branch.FindDirtyChild(i + 1))
                    open.Push(new Entry(branch.ChildIdAt(i), entry.InCatalog));
            }
            else if (entry.InCatalog)
            {
                PushTrees(open, entry.Id, new LeafPage(page));
            }
        }

        order.Reverse();
        return order;
    }

    private static void PushTrees(Stack<Entry> open, PageId id, LeafPage leaf)
    {
        for (int i = 0; i < leaf.CellCount; i++)
        {
            // Copied from a file that named a tree of values as its catalog.
            if (leaf.KindAt(i) != CellKind.Bucket)
                throw new CorruptPageException(id.Index, "a catalog holds a value");
            BucketRecord record = BucketRecord.Read(leaf.ValueAt(i).Bytes);
            Push(open, record.Entries, inCatalog: false);
            Push(open, record.Catalog, inCatalog: true);
        }
    }

    private static void Push(Stack<Entry> open, in PageReference tree, bool inCatalog)
    {
        if (tree.Id.IsDirty) open.Push(new Entry(tree.Id, inCatalog));
    }
}
