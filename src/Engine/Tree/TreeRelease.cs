using KvCow.Engine.Pages;

namespace KvCow.Engine.Tree;

/// <summary>Gives up all pages and extents of a tree that is no longer reached.</summary>
internal sealed class TreeRelease(IPageEditor editor) : ITreeVisitor
{
    /// <summary>Ends the running operation and begins another, as every walk does.</summary>
    public static void Free(IPageEditor editor, in PageReference root) =>
        TreeWalk.Visit(editor, root, new TreeRelease(editor));

    public void Page(in PageReference page, PageKind kind, int level) => editor.Free(page, kind);

    public void Extent(in ExtentReference extent) => editor.FreeExtent(extent);

    // Only catalogs hold bucket records, and who deletes a bucket walks its trees itself.
    public void Bucket(in BucketRecord bucket)
    {
    }
}
