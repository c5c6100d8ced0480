using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>What a compaction of a tree asks of its owner: which pages go where.</summary>
internal interface IPageMover
{
    /// <summary>Whether under-filled neighbours are to be joined.</summary>
    bool Packs { get; }

    /// <summary>Whether leaves have to be looked into for long values.</summary>
    bool MovesExtents { get; }

    /// <summary>True when the step has done what it may.</summary>
    bool IsSpent { get; }

    /// <summary>Whether a page lies where it should not, and there is a better place.</summary>
    bool Wants(PageId page);

    /// <summary>Pages were looked at: even a step that moves nothing ends.</summary>
    void Look(int pages);

    /// <summary>
    /// Copies a long value to a better place if it wants that and there is one; the old pages are
    /// given up, and the caller stores the new reference.
    /// </summary>
    bool TryMove(in ExtentReference extent, out ExtentReference moved);
}
