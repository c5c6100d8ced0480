using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using KvCow.Tests.Support;
using Xunit;

namespace KvCow.Tests.Properties.Tree;

/// <summary>A tree over memory pages and a sorted dictionary with the same entries.</summary>
internal sealed class TreeTestBed : IDisposable
{
    public TreeTestBed(int pageBytes)
    {
        Pages = new MemoryPages(pageBytes);
        Tree = new WritableTree(Pages, PageReference.None);
    }

    public MemoryPages Pages { get; }

    public WritableTree Tree { get; private set; }

    /// <summary>Values by key; an extent's bytes for a long value.</summary>
    public SortedDictionary<byte[], byte[]> Model { get; } = new(BytesComparer.Instance);

    public void Put(byte[] key, byte[] value)
    {
        Pages.Enter();
        Assert.Equal(!Model.ContainsKey(key), Tree.Put(key, CellKind.Inline, value));
        Pages.Exit();
        Model[key] = value;
    }

    public void PutExtent(byte[] key)
    {
        byte[] value = new byte[ExtentReference.Size];
        Pages.AddExtent().Write(value);
        Pages.Enter();
        Assert.Equal(!Model.ContainsKey(key), Tree.Put(key, CellKind.Extent, value));
        Pages.Exit();
        Model[key] = value;
    }

    public void Delete(byte[] key)
    {
        Pages.Enter();
        Assert.Equal(Model.Remove(key), Tree.Delete(key));
        Pages.Exit();
    }

    public void DeleteRange(byte[] from, byte[] to, bool toEnd)
    {
        byte[][] gone = [.. Model.Keys.Where(key =>
            BytesComparer.Instance.Compare(key, from) >= 0
            && (toEnd || BytesComparer.Instance.Compare(key, to) < 0))];
        Pages.Enter();
        Assert.Equal((ulong)gone.Length, Tree.DeleteRange(from, to, toEnd));
        Pages.Exit();
        foreach (byte[] key in gone) Model.Remove(key);
    }

    public void Clear()
    {
        Pages.Enter();
        Tree.Clear();
        Pages.Exit();
        Model.Clear();
    }

    /// <summary>Seals all pages; the tree goes on in the next transaction.</summary>
    public void Commit()
    {
        Tree = new WritableTree(Pages, Pages.Commit(Tree.Root));
        CheckShape();
    }

    /// <summary>Checks all invariants, every key, and that no page or extent leaks.</summary>
    public TreeFigures CheckShape()
    {
        Assert.False(Pages.IsInOperation);
        TreeFigures shape = TreeChecker.Check(Pages, Tree.Root);
        Assert.Equal(Model.Count, (int)Tree.Count);
        Assert.Equal(Model.Keys, shape.Keys, BytesComparer.Instance);
        Assert.Equal(shape.PageCount, Pages.LivePageCount);
        Assert.True(shape.Extents.SetEquals(Pages.Extents));
        Assert.Equal(0, Pages.PinCount);
        return shape;
    }

    public void Dispose()
    {
        // An operation still open means that an exception is on its way, which says more.
        if (!Pages.IsInOperation) CheckShape();
        Pages.Dispose();
    }
}
