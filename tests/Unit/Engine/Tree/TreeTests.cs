using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using KvCow.Tests.Support;
using Xunit;

namespace KvCow.Tests.Unit.Engine.Tree;

public sealed class TreeTests : IDisposable
{
    private const int EntryCount = 3_000;
    private readonly MemoryPages _pages = new(4096);

    public void Dispose() => _pages.Dispose();

    [Fact]
    public void An_empty_tree_has_nothing()
    {
        WritableTree tree = new(_pages, PageReference.None);
        _pages.Enter();
        Assert.Equal(0, tree.ReadDepth());
        Assert.False(tree.TryFind([], out _));
        Assert.False(tree.TryFindPinned([], out _, out PagePin pin));
        Assert.True(pin.IsNone);
        Assert.Equal(0ul, tree.Rank([1]));
        Assert.False(tree.Delete([]));
        Assert.Equal(0ul, tree.DeleteRange([], [], toEnd: true));
        tree.Clear();
        _pages.Exit();
        Assert.Equal(0, _pages.LivePageCount);
    }

    [Fact]
    public void A_pinned_value_outlives_its_operation()
    {
        PageReference root = _pages.Commit(LoadAll().Root);
        WritableTree tree = new(_pages, root);
        _pages.Enter();
        Assert.True(tree.TryFindPinned(TestKeys.Key(9), out CellValue value, out PagePin pin));
        _pages.Exit();
        Assert.True(value.Bytes.SequenceEqual(TestKeys.Value(9)));
        Assert.Equal(1, _pages.PinCount);
        _pages.Unpin(pin);
    }

    [Fact]
    public void A_value_read_from_the_tree_can_be_put_into_it()
    {
        WritableTree tree = LoadAll();
        byte[] expected = [];
        _pages.Enter();
        for (int i = 0; i < 40; i++)
        {
            // The value's own leaf moves its cells, and divides, while the value is inserted.
            Assert.True(tree.TryFind(TestKeys.Key(1000), out CellValue value));
            expected = value.Bytes.ToArray();
            byte[] key = [.. TestKeys.Key(999), (byte)i];
            Assert.True(tree.Put(key, CellKind.Inline, value.Bytes));
            Assert.True(tree.TryFind(key, out CellValue copy));
            Assert.True(copy.Bytes.SequenceEqual(expected));
        }

        _pages.Exit();
        Assert.Equal(TestKeys.Value(1000), expected);
        TreeChecker.Check(_pages, tree.Root);
    }

    [Fact]
    public void Replaced_and_deleted_long_values_are_freed()
    {
        WritableTree tree = LoadAll();
        byte[] extent = new byte[ExtentReference.Size];
        _pages.Enter();
        for (int i = 0; i < EntryCount; i++)
        {
            _pages.AddExtent().Write(extent);
            tree.Put(TestKeys.Key(i), CellKind.Extent, extent);
        }

        Assert.Equal(EntryCount, _pages.Extents.Count);
        tree.Put(TestKeys.Key(1), CellKind.Inline, []);
        tree.Delete(TestKeys.Key(2));
        Assert.Equal(EntryCount - 2, _pages.Extents.Count);
        tree.DeleteRange(TestKeys.Key(500), TestKeys.Key(2500), toEnd: false);
        Assert.Equal(EntryCount - 2002, _pages.Extents.Count);
        tree.Clear();
        _pages.Exit();
        Assert.Empty(_pages.Extents);
        Assert.Equal(0, _pages.LivePageCount);
    }

    [Fact]
    public void A_walk_tells_of_every_page_extent_and_bucket()
    {
        WritableTree tree = LoadAll();
        byte[] extent = new byte[ExtentReference.Size];
        byte[] bucket = new byte[BucketRecord.Size];
        new BucketRecord(PageReference.None, PageReference.None, 7).Write(bucket);
        _pages.Enter();
        for (int i = 0; i < EntryCount; i += 100)
        {
            _pages.AddExtent().Write(extent);
            tree.Put(TestKeys.Key(i), CellKind.Extent, extent);
            tree.Put(TestKeys.Key(i + 1), CellKind.Bucket, bucket);
        }

        RecordingVisitor visitor = new();
        TreeWalk.Visit(_pages, tree.Root, visitor);
        _pages.Exit();
        Assert.Equal(_pages.LivePageCount, visitor.Pages.Count);
        Assert.Equal(tree.Root, visitor.Pages[^1].Page);
        Assert.Equal(tree.Count, visitor.SumLeafCounts());
        Assert.True(_pages.Extents.SetEquals(visitor.Extents));
        Assert.Equal(EntryCount / 100, visitor.Buckets.Count(record => record.Sequence == 7));
    }

    [Fact]
    public void Only_the_path_to_a_change_is_copied()
    {
        WritableTree tree = new(_pages, _pages.Commit(LoadAll().Root));
        int before = _pages.LivePageCount;
        _pages.Enter();
        int depth = tree.ReadDepth();
        tree.Put(TestKeys.Key(5), CellKind.Inline, TestKeys.Value(6));
        _pages.Exit();
        Assert.Equal(before, _pages.LivePageCount);
        Assert.Equal(depth, _pages.DirtyPageCount);
    }

    [Theory]
    [InlineData(0, 1, "its level is 1")]
    [InlineData(0, 255, "its level is 255")]
    [InlineData(1, 40, "its level 40 is above the highest")]
    [InlineData(1, 2, "its level is 0")]
    public void A_page_at_the_wrong_level_is_damage(int level, byte wrong, string problem)
    {
        WritableTree tree = LoadAll();
        _pages.Enter();
        int rootLevel = tree.ReadDepth() - 1;
        Assert.Equal(1, rootLevel);
        PageId leaf = new BranchPage(_pages.Read(tree.Root)).ChildIdAt(0);
        _pages.Write(level == 0 ? leaf : tree.Root.Id)[PageHeader.LevelOffset] = wrong;
        CorruptPageException thrown = Assert.Throws<CorruptPageException>(
            () => tree.TryFind(TestKeys.Key(0), out _));
        Assert.StartsWith(problem, thrown.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_of_the_wrong_kind_is_damage()
    {
        WritableTree tree = LoadAll();
        _pages.Enter();
        _pages.Write(tree.Root.Id)[PageHeader.KindOffset] = (byte)PageKind.Overflow;
        Assert.Throws<CorruptPageException>(() => tree.TryFind(TestKeys.Key(0), out _));
        Assert.Throws<CorruptPageException>(() => tree.Rank(TestKeys.Key(0)));
        Assert.Throws<CorruptPageException>(() => tree.Delete(TestKeys.Key(0)));
    }

    [Fact]
    public void A_key_on_the_wrong_side_of_its_separator_is_damage()
    {
        WritableTree tree = LoadAll();
        _pages.Enter();
        PageReference second = new BranchPage(_pages.Read(tree.Root)).ChildAt(1);
        byte[] first = new LeafPage(_pages.Read(second)).KeyAt(0).ToArray();
        byte[] wrong = TestKeys.Key(TestKeys.Number(first) + 1);
        Span<byte> root = _pages.Write(tree.Root.Id);
        BranchContent content = BranchContent.Of(root);
        content.RemoveSeparator(0);
        content.InsertSeparator(0, wrong);
        Assert.True(BranchEncoder.TryEncode(content, 0, content.SeparatorCount, root));
        _pages.Exit();
        using TreeCursor cursor = tree.OpenCursor();
        Assert.Throws<CorruptPageException>(() => cursor.MoveToAbove(first, inclusive: false));
    }

    [Fact]
    public void A_committed_branch_with_a_single_child_is_damage()
    {
        WritableTree tree = LoadAll();
        _pages.Enter();
        PageReference leaf = new BranchPage(_pages.Read(tree.Root)).ChildAt(0);
        Span<byte> root = _pages.Write(tree.Root.Id);
        while (new BranchPage(root).ChildCount > 1) BranchEdit.RemoveChild(root, 1);
        _pages.Exit();
        PageReference lonely = _pages.CommitReachable(tree.Root with { Count = leaf.Count });
        WritableTree damaged = new(_pages, lonely);
        _pages.Enter();
        Assert.Throws<CorruptPageException>(() => damaged.Delete(TestKeys.Key(0)));
    }

    [Fact]
    public void A_wrong_count_is_damage()
    {
        WritableTree tree = LoadAll();
        _pages.Enter();
        new BranchPageWriter(_pages.Write(tree.Root.Id)).AddCount(0, 1);
        _pages.Exit();
        using TreeCursor cursor = tree.OpenCursor();
        Assert.Throws<CorruptPageException>(() => cursor.MoveToFirst());
        _pages.Exit();
        Assert.Throws<CorruptPageException>(() => cursor.MoveToIndex(0));
    }

    private WritableTree LoadAll() => TestKeys.Load(_pages, Enumerable.Range(0, EntryCount));
}
