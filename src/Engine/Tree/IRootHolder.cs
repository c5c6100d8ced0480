using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Whatever keeps a tree's root while its pages are being changed.</summary>
internal interface IRootHolder
{
    PageReference Root { get; }

    /// <summary>Pages of the tree have gone to other places; its content is the same.</summary>
    void Relocate(in PageReference root);
}
