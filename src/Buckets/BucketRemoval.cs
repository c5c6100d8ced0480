using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>Frees the pages of a deleted bucket and of all buckets in it.</summary>
internal sealed class BucketRemoval : ITreeVisitor
{
    private readonly IPageEditor _editor;

    // Roots still to be walked. A list and no recursion: buckets nest to any depth.
    private readonly Stack<PageReference> _roots = new();

    private BucketRemoval(IPageEditor editor) => _editor = editor;

    /// <param name="parent">The bucket it was in; told to the user on failure.</param>
    /// <param name="record">Names the trees as they are now, as do all records below.</param>
    public static void FreePages(WritableBucketState parent, in BucketRecord record)
    {
        IPageEditor editor = parent.WriteScope.Transaction;
        BucketRemoval removal = new(editor);
        removal.Bucket(record);
        try
        {
            parent.Enter();
            while (removal._roots.TryPop(out PageReference root))
            {
                TreeWalk.Visit(editor, root, removal);
            }

            parent.Exit();
        }
        catch (Exception e)
        {
            throw TreeEditor.Poison(parent, e);
        }
    }

    public void Page(in PageReference page, PageKind kind, int level) => _editor.Free(page, kind);

    public void Extent(in ExtentReference extent) => _editor.FreeExtent(extent);

    public void Bucket(in BucketRecord bucket)
    {
        if (!bucket.Entries.IsNone) _roots.Push(bucket.Entries);
        if (!bucket.Catalog.IsNone) _roots.Push(bucket.Catalog);
    }
}
