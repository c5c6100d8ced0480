using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The leaves and long values that a copy of all trees has come by. Each belongs to one tree only;
/// where a file says otherwise, a copy could be endless, or many times the file.
/// </summary>
internal sealed class ReachedOnce
{
    private readonly PageSet _pages = new();
    private PageId _leaf;

    /// <summary>The next leaf is a new one, even if it is the one before.</summary>
    public void BeginTree() => _leaf = PageId.None;

    /// <summary>Called for each entry, with the leaf where it lies.</summary>
    /// <exception cref="CorruptPageException">The leaf belongs to another tree, too.</exception>
    public void Leaf(PageId leaf)
    {
        if (leaf == _leaf) return;
        _leaf = leaf;
        Reach(leaf);
    }

    /// <summary>
    /// Called for each long value. Its first page tells it: the others say which of how many they
    /// are, and the count is not to be believed here.
    /// </summary>
    /// <exception cref="CorruptPageException">The value belongs to another key, too.</exception>
    public void Extent(in ExtentReference extent) => Reach(extent.First);

    private void Reach(PageId page)
    {
        if (!_pages.Add(new PageRun(page.Index, 1))) throw DoubleFree.Exception(page.Index);
    }
}
