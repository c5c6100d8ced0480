using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Tree;

/// <summary>What the tree asks of its owner to read pages.</summary>
/// <remarks>
/// Pages are read inside an operation: whoever is outermost calls <see cref="Enter"/>, and
/// <see cref="Exit"/> when no span of a page is in use any more. Operations do not nest. An
/// operation left by an exception is ended by the next one or by the owner's end.
/// </remarks>
internal interface IPageSource
{
    int PageBytes { get; }

    /// <summary>Begins an operation; throws if the owner has ended.</summary>
    void Enter();

    /// <summary>Ends the operation: spans from <see cref="Read"/> are dead from here on.</summary>
    void Exit();

    /// <summary>
    /// The verified bytes of a committed or dirty page, valid until the end of the operation.
    /// </summary>
    ReadOnlySpan<byte> Read(scoped in PageReference reference);

    /// <summary>
    /// The leaf where a key is or would be, found by <see cref="TreeSearch.FindLeaf"/>.
    /// </summary>
    ReadOnlySpan<byte> FindLeaf(
        scoped in PageReference root, ReadOnlySpan<byte> key, out PageReference leaf);

    /// <summary>A page as an address, to keep beside others until the operation ends.</summary>
    PageBuffer Locate(in PageReference reference);

    /// <summary>
    /// Goes from each of several branches to a child, where that can be done without a wait: their
    /// first bytes are asked for before any of them is looked at.
    /// </summary>
    /// <param name="pages">At most 32 branches; becomes the children's pages.</param>
    /// <param name="children">Which child of each.</param>
    /// <param name="level">Of the children.</param>
    /// <param name="askedBytes">How many bytes to ask for; 0 if they are near anyway.</param>
    /// <returns>A bit for each page that is still the branch: its child is to be located alone.
    /// </returns>
    uint LocateChildren(
        Span<PageBuffer> pages, ReadOnlySpan<int> children, int level, int askedBytes);

    /// <summary>
    /// Where a page lies if it is in memory, only to ask the processor for it ahead: nothing keeps
    /// it there, and what is read is a hint, of any page and maybe of two. Else the default.
    /// </summary>
    PageBuffer Peek(PageId id);

    /// <summary>The same of a child, if there is one of that number.</summary>
    sealed PageBuffer PeekAt(BranchPage branch, int child) =>
        (uint)child < (uint)branch.ChildCount ? Peek(branch.ChildIdAt(child)) : default;

    /// <summary>
    /// The verified bytes, valid across operations until <see cref="Unpin"/>. Called inside an
    /// operation.
    /// </summary>
    /// <param name="reference">The page.</param>
    /// <param name="isRead">Whether this operation has read the page before.</param>
    PagePin Pin(in PageReference reference, bool isRead = true);

    /// <summary>Gives a pin back; needs no operation. A default pin is ignored.</summary>
    void Unpin(in PagePin pin);
}
