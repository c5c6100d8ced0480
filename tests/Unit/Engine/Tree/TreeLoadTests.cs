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

    [Theory]
    [InlineData(4096)]
    [InlineData(16384)]
    public void A_random_load_fills_four_fifths_of_the_leaves(int pageBytes)
    {
        using MemoryPages pages = new(pageBytes);
        WritableTree tree = TestKeys.Load(pages, Shuffled());
        Assert.InRange(Check(pages, tree).LeafFill, 0.78, 1.0);
    }

    [Fact]
    public void Puts_into_a_committed_tree_leave_its_leaves_filled_by_half_at_least()
    {
        using MemoryPages pages = new(4096);
        PageReference root = PageReference.None;
        foreach (int[] few in Shuffled().Chunk(50))
        {
            pages.Enter();
            WritableTree tree = new(pages, root);
            foreach (int number in few)
                tree.Put(TestKeys.Key(number), CellKind.Inline, TestKeys.Value(number));
            pages.Exit();
            root = pages.Commit(tree.Root);
        }

        Assert.InRange(TreeChecker.Check(pages, root).LeafFill, 0.5, 1.0);
    }

    [Fact]
    public void A_put_that_divides_a_committed_leaf_leaves_its_neighbours_alone()
    {
        using MemoryPages pages = new(4096);
        PageReference root = pages.Commit(
            TestKeys.Load(pages, Enumerable.Range(0, EntryCount).Select(n => 2 * n)).Root);
        WritableTree tree = new(pages, root);
        pages.Enter();
        tree.Put(TestKeys.Key(EntryCount + 1), CellKind.Inline, TestKeys.Value(1));
        pages.Exit();
        TreeFigures shape = Check(pages, tree);
        // The way down and the new half.
        Assert.Equal(shape.Levels + 1, pages.DirtyPageCount);
    }

    [Fact]
    public void A_key_put_and_deleted_in_turn_takes_no_page_after_the_first_time()
    {
        using MemoryPages pages = new(4096);
        WritableTree tree = TestKeys.Load(pages, Shuffled().Select(n => 2 * n));
        for (int number = EntryCount; number < EntryCount + 400; number += 2)
        {
            int after = 0;
            for (int turn = 0; turn < 10; turn++)
            {
                pages.Enter();
                tree.Put(TestKeys.Key(number + 1), CellKind.Inline, TestKeys.Value(1));
                tree.Delete(TestKeys.Key(number + 1));
                pages.Exit();
                if (turn == 0) after = pages.DirtyPageCount;
                Assert.Equal(after, pages.DirtyPageCount);
            }
        }

        Check(pages, tree);
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

    private static int[] Shuffled()
    {
        int[] numbers = [.. Enumerable.Range(0, EntryCount)];
        new Random(1).Shuffle(numbers);
        return numbers;
    }

    private static TreeFigures Check(MemoryPages pages, WritableTree tree)
    {
        TreeFigures shape = TreeChecker.Check(pages, tree.Root);
        Assert.Equal(shape.PageCount, pages.LivePageCount);
        return shape;
    }
}
