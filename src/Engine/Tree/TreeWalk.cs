using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Visits all pages, extents and bucket records of a tree, leaves first.</summary>
internal static class TreeWalk
{
    // A source must keep every page of an operation in memory, so a walk over a large tree is cut
    // into operations of a few pages: fewer would cost time, many more would fill small caches.
    private const int PagesPerOperation = 64;

    /// <summary>
    /// Called inside an operation, which is ended and begun anew on the way: spans of pages read
    /// before are dead afterwards (dirty pages being written are not affected).
    /// </summary>
    public static void Visit(IPageSource source, scoped in PageReference root, ITreeVisitor visitor)
    {
        if (root.IsNone) return;
        TreePath path = new();
        TreeSearch.ReadRoot(source, root, out int level);
        path.Push(root, 0);
        int visited = 0;
        while (path.Depth > 0)
        {
            PageReference at = path.Page(path.LastStep);
            ReadOnlySpan<byte> page = TreeSearch.ReadPage(source, at, level);
            if (level > 0 && TryPushChild(new BranchPage(page), path))
            {
                level--;
                continue;
            }

            if (level == 0) VisitCells(new LeafPage(page), visitor);
            visitor.Page(at, level == 0 ? PageKind.Leaf : PageKind.Branch, level);
            path.Truncate(path.LastStep);
            level++;
            if (++visited % PagesPerOperation == 0) Renew(source);
        }
    }

    private static bool TryPushChild(BranchPage branch, TreePath path)
    {
        int child = path.Index(path.LastStep)++;
        if (child >= branch.ChildCount) return false;
        path.Push(branch.ChildAt(child), 0);
        return true;
    }

    private static void VisitCells(LeafPage leaf, ITreeVisitor visitor)
    {
        for (int i = 0; i < leaf.CellCount; i++)
        {
            CellKind kind = leaf.KindAt(i);
            if (kind == CellKind.Extent)
                visitor.Extent(ExtentReference.Read(leaf.ValueAt(i).Bytes));
            else if (kind == CellKind.Bucket)
                visitor.Bucket(BucketRecord.Read(leaf.ValueAt(i).Bytes));
        }
    }

    private static void Renew(IPageSource source)
    {
        source.Exit();
        source.Enter();
    }
}
