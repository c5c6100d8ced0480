using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Is told what a tree consists of.</summary>
internal interface ITreeVisitor
{
    /// <summary>
    /// A page, after everything below it, so that it may be freed here. Level 0 is a leaf.
    /// </summary>
    void Page(in PageReference page, PageKind kind, int level);

    /// <summary>A long value that a leaf names.</summary>
    void Extent(in ExtentReference extent);

    /// <summary>A nested bucket that a leaf names; its trees are not walked.</summary>
    void Bucket(in BucketRecord bucket);
}
