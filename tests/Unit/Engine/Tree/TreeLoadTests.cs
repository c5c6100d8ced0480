using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using KvCow.Tests.Support;
using Xunit;

namespace KvCow.Tests.Unit.Engine.Tree;

public sealed class TreeLoadTests
{
    private const int EntryCount = 20_000;

    [Theory]
    [InlineData(4096)]
    [InlineData(16384)]
    public void An_ascending_load_fills_the_leaves(int pageBytes)
    {
        using MemoryPages pages = new(pageBytes);
        WritableTree tree = TestKeys.Load(pages, Enumerable.Range(0, EntryCount));
        Assert.InRange(Check(pages, tree).LeafFill, 0.9, 1.0);
    }

    [Theory]
    [InlineData(4096)]
    [InlineData(16384)]
    public void A_descending_load_fills_the_leaves(int pageBytes)
    {
        using MemoryPages pages = new(pageBytes);
        WritableTree tree = TestKeys.Load(pages, Enumerable.Range(0, EntryCount).Reverse());
        Assert.InRange(Check(pages, tree).LeafFill, 0.9, 1.0);
    }

    [Fact]
    public void A_random_load_fills_the_leaves_by_half_at_least()
    {
        using MemoryPages pages = new(4096);
        int[] numbers = [.. Enumerable.Range(0, EntryCount)];
        new Random(1).Shuffle(numbers);
        WritableTree tree = TestKeys.Load(pages, numbers);
        Assert.InRange(Check(pages, tree).LeafFill, 0.5, 1.0);
    }

    [Fact]
    public void Deleting_most_entries_at_random_gives_most_pages_back()
    {
        using MemoryPages pages = new(4096);
        WritableTree tree = TestKeys.Load(pages, Enumerable.Range(0, EntryCount));
        int before = Check(pages, tree).PageCount;
        int[] numbers = [.. Enumerable.Range(0, EntryCount)];
        new Random(1).Shuffle(numbers);
        pages.Enter();
        foreach (int number in numbers[..(EntryCount * 19 / 20)]) tree.Delete(TestKeys.Key(number));
        pages.Exit();
        Assert.InRange(Check(pages, tree).PageCount, 1, before / 4);
    }

    [Fact]
    public void An_emptied_tree_has_no_pages()
    {
        using MemoryPages pages = new(4096);
        WritableTree tree = TestKeys.Load(pages, Enumerable.Range(0, EntryCount));
        pages.Enter();
        for (int i = 0; i < EntryCount; i++) Assert.True(tree.Delete(TestKeys.Key(i)));
        pages.Exit();
        Assert.Equal(PageReference.None, tree.Root);
        Assert.Equal(0, pages.LivePageCount);
    }

    [Fact]
    public void A_range_is_deleted_with_one_read_of_each_leaf()
    {
        using MemoryPages pages = new(4096);
        WritableTree tree = TestKeys.Load(pages, Enumerable.Range(0, EntryCount));
        PageReference root = pages.Commit(tree.Root);
        tree = new WritableTree(pages, root);
        int pageCount = Check(pages, tree).PageCount;
        int readsBefore = pages.ReadCount;
        pages.Enter();
        ulong deleted = tree.DeleteRange(TestKeys.Key(10), TestKeys.Key(EntryCount - 10), false);
        pages.Exit();
        Assert.Equal((ulong)EntryCount - 20, deleted);
        // A branch is read again for each child of it that is freed, a leaf once.
        Assert.InRange(pages.ReadCount - readsBefore, pageCount / 2, (2 * pageCount) + 100);
        Check(pages, tree);
    }

    private static TreeFigures Check(MemoryPages pages, WritableTree tree)
    {
        TreeFigures shape = TreeChecker.Check(pages, tree.Root);
        Assert.Equal(shape.PageCount, pages.LivePageCount);
        return shape;
    }
}
