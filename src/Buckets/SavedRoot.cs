using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>A tree as it was at a savepoint; follows its pages when they are spilled.</summary>
internal sealed class SavedRoot(WritableTree tree) : IRootHolder
{
    private readonly int _version = tree.Version;

    public PageReference Root { get; private set; } = tree.Root;

    public void Relocate(in PageReference root) => Root = root;

    /// <summary>Puts the tree back, after the pages made since are gone.</summary>
    public void Restore()
    {
        // Unchanged entries leave pinned values good, though their pages may have gone elsewhere.
        if (tree.Version == _version) tree.Relocate(Root);
        else tree.Restore(Root);
    }
}
