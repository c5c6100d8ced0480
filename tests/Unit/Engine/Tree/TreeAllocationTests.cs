using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using KvCow.Tests.Support;
using Xunit;
using ReadTree = KvCow.Engine.Tree.Tree;

namespace KvCow.Tests.Unit.Engine.Tree;

public sealed class TreeAllocationTests
{
    private const int EntryCount = 5_000;

    [Fact]
    public void A_find_allocates_nothing()
    {
        using MemoryPages pages = new(4096);
        PageReference root = Load(pages);
        ReadTree tree = new(pages, root);
        byte[] key = TestKeys.Key(EntryCount / 3);
        AssertAllocatesNothing(() =>
        {
            pages.Enter();
            tree.TryFind(key, out _);
            pages.Exit();
        });
    }

    [Fact]
    public void A_step_of_a_reading_cursor_allocates_nothing()
    {
        using MemoryPages pages = new(4096);
        ReadTree tree = new(pages, Load(pages));
        using TreeCursor cursor = tree.OpenCursor();
        AssertAllocatesNothing(() => Walk(cursor));
    }

    [Fact]
    public void A_step_of_a_writing_cursor_allocates_nothing()
    {
        using MemoryPages pages = new(4096);
        WritableTree tree = new(pages, Load(pages));
        using TreeCursor cursor = tree.OpenCursor();
        AssertAllocatesNothing(() => Walk(cursor));
    }

    [Fact]
    public void A_replacement_of_a_value_by_one_as_long_allocates_nothing()
    {
        using MemoryPages pages = new(4096);
        WritableTree tree = TestKeys.Load(pages, Enumerable.Range(0, EntryCount));
        byte[] key = TestKeys.Key(77);
        byte[] value = TestKeys.Value(3);
        AssertAllocatesNothing(() =>
        {
            pages.Enter();
            Assert.False(tree.Put(key, CellKind.Inline, value));
            pages.Exit();
        });
    }

    private static PageReference Load(MemoryPages pages) =>
        pages.Commit(TestKeys.Load(pages, Enumerable.Range(0, EntryCount)).Root);

    /// <summary>Both ways through the tree; an assert would allocate.</summary>
    private static int Walk(TreeCursor cursor)
    {
        int count = 0;
        for (bool on = cursor.MoveToFirst(); on; on = cursor.MoveNext()) count += cursor.Key.Length;
        for (bool on = cursor.MoveToLast(); on; on = cursor.MovePrevious())
            count -= cursor.Key.Length;
        return count;
    }

    private static void AssertAllocatesNothing(Action action)
    {
        // The first runs fill pools and compile.
        for (int i = 0; i < 3; i++) action();
        Assert.Equal(0, Allocated.LeastBy(action));
    }
}
