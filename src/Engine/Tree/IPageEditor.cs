using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>What the tree asks of its owner to change pages.</summary>
internal interface IPageEditor : IPageSource
{
    /// <summary>The running transaction; the birth of everything it writes.</summary>
    TransactionId Birth { get; }

    /// <summary>
    /// A new dirty page of arbitrary bytes; its reference has CRC 0, this birth and count 0.
    /// </summary>
    PageReference Allocate();

    /// <summary>
    /// Whether the page may be changed in place: all that a path leads through then may be, too.
    /// </summary>
    bool IsWritable(PageId id);

    /// <summary>
    /// The bytes of a writable page, to change in place. They stay where they are until the page is
    /// freed or the owner, between changes, sends it away.
    /// </summary>
    Span<byte> Write(PageId dirty);

    /// <summary>
    /// A writable page with the same content: the page itself if it is so already, else a copy, and
    /// the page copied is given up. The count is kept.
    /// </summary>
    PageReference MakeWritable(in PageReference reference);

    /// <summary>Gives up a page, dirty or committed, that the tree no longer reaches.</summary>
    void Free(in PageReference reference, PageKind kind);

    /// <summary>Gives up the overflow pages of a value that was replaced or deleted.</summary>
    void FreeExtent(in ExtentReference extent);
}
