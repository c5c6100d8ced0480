using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>What the tree asks of its owner to change pages.</summary>
internal interface IPageEditor : IPageSource
{
    /// <summary>The running transaction; the birth of everything it writes.</summary>
    TransactionId Birth { get; }

    /// <summary>
    /// A new dirty page, all zero; its reference has CRC 0, this birth and count 0.
    /// </summary>
    PageReference Allocate();

    /// <summary>
    /// The bytes of a dirty page, to change in place. They stay where they are until the page is
    /// freed or the transaction ends.
    /// </summary>
    Span<byte> Write(PageId dirty);

    /// <summary>
    /// A dirty page with the same content: the page itself if it is dirty already, else a copy,
    /// and the committed page is noted as freed. The count is kept.
    /// </summary>
    PageReference MakeWritable(in PageReference reference);

    /// <summary>Gives up a page, dirty or committed, that the tree no longer reaches.</summary>
    void Free(in PageReference reference, PageKind kind);

    /// <summary>Gives up the overflow pages of a value that was replaced or deleted.</summary>
    void FreeExtent(in ExtentReference extent);
}
