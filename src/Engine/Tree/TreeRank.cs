using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Counts the keys below a key from the counts that branches keep.</summary>
internal static class TreeRank
{
    public static ulong Compute(
        IPageSource source, in PageReference root, ReadOnlySpan<byte> key)
    {
        if (root.IsNone) return 0;
        ulong rank = 0;
        ReadOnlySpan<byte> page = TreeSearch.ReadRoot(source, root, out int level);
        while (level > 0)
        {
            BranchPage branch = new(page);
            int child = branch.FindChild(key);
            for (int i = 0; i < child; i++) rank += branch.CountAt(i);
            level--;
            page = TreeSearch.ReadPage(source, branch.ChildAt(child), level);
        }

        return rank + (ulong)new LeafPage(page).Find(key).Index;
    }
}
