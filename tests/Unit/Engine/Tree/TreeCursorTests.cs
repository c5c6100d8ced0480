using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using KvCow.Tests.Support;
using Xunit;
using ReadTree = KvCow.Engine.Tree.Tree;

namespace KvCow.Tests.Unit.Engine.Tree;

public sealed class TreeCursorTests : IDisposable
{
    private const int EntryCount = 2_000;
    private readonly MemoryPages _pages = new(4096);

    public void Dispose()
    {
        Assert.Equal(0, _pages.PinCount);
        _pages.Dispose();
    }

    [Fact]
    public void A_cursor_that_is_nowhere_neither_moves_nor_shows_anything()
    {
        using TreeCursor cursor = LoadAll().OpenCursor();
        Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => cursor.MovePrevious());
        Assert.Throws<InvalidOperationException>(() => cursor.Key.Length);
        Assert.Throws<InvalidOperationException>(() => cursor.Value.Bytes.Length);
        Assert.Throws<InvalidOperationException>(cursor.Delete);
    }

    [Fact]
    public void Deleting_at_the_cursor_on_the_way_up_meets_every_entry_once()
    {
        WritableTree tree = LoadAll();
        using TreeCursor cursor = tree.OpenCursor();
        List<int> met = [];
        for (bool on = cursor.MoveToFirst(); on; on = cursor.MoveNext())
        {
            met.Add(TestKeys.Number(cursor.Key));
            cursor.Delete();
            Assert.False(cursor.IsOnEntry);
        }

        Assert.Equal(Enumerable.Range(0, EntryCount), met);
        Assert.True(tree.Root.IsNone);
    }

    [Fact]
    public void Deleting_at_the_cursor_on_the_way_down_meets_every_entry_once()
    {
        WritableTree tree = LoadAll();
        using TreeCursor cursor = tree.OpenCursor();
        List<int> met = [];
        for (bool on = cursor.MoveToLast(); on; on = cursor.MovePrevious())
        {
            met.Add(TestKeys.Number(cursor.Key));
            if (met.Count % 3 != 0) cursor.Delete();
        }

        Assert.Equal(Enumerable.Range(0, EntryCount).Reverse(), met);
        Assert.Equal((ulong)EntryCount / 3, tree.Count);
        TreeChecker.Check(_pages, tree.Root);
    }

    [Fact]
    public void A_cursor_finds_its_entry_again_after_other_changes()
    {
        WritableTree tree = LoadAll();
        using TreeCursor cursor = tree.OpenCursor();
        Assert.True(cursor.MoveToAbove(TestKeys.Key(1000), inclusive: true));
        Change(() => tree.DeleteRange(TestKeys.Key(0), TestKeys.Key(1000), false));
        Assert.True(cursor.IsOnEntry);
        Assert.Equal(1000, TestKeys.Number(cursor.Key));
        Assert.True(cursor.Value.Bytes.SequenceEqual(TestKeys.Value(1000)));
        Change(() => tree.Put(TestKeys.Key(1000), CellKind.Inline, TestKeys.Value(5)));
        Assert.True(cursor.Value.Bytes.SequenceEqual(TestKeys.Value(5)));
        Assert.True(cursor.MoveNext());
        Assert.Equal(1001, TestKeys.Number(cursor.Key));
    }

    [Fact]
    public void An_entry_deleted_by_others_leaves_the_cursor_between_its_neighbours()
    {
        WritableTree tree = LoadAll();
        using TreeCursor cursor = tree.OpenCursor();
        Assert.True(cursor.MoveToAbove(TestKeys.Key(1000), inclusive: true));
        Change(() => tree.Delete(TestKeys.Key(1000)));
        Assert.False(cursor.IsOnEntry);
        Assert.Throws<InvalidOperationException>(() => cursor.Value.Kind);
        Assert.True(cursor.MovePrevious());
        Assert.Equal(999, TestKeys.Number(cursor.Key));
        Assert.True(cursor.MoveNext());
        Assert.Equal(1001, TestKeys.Number(cursor.Key));
    }

    [Fact]
    public void A_cursor_past_an_end_comes_back_by_the_opposite_move()
    {
        WritableTree tree = LoadAll();
        using TreeCursor cursor = tree.OpenCursor();
        Assert.True(cursor.MoveToLast());
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.MoveNext());
        Assert.True(cursor.MovePrevious());
        Assert.Equal(EntryCount - 1, TestKeys.Number(cursor.Key));
        Assert.True(cursor.MoveToFirst());
        Assert.False(cursor.MovePrevious());
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, TestKeys.Number(cursor.Key));
    }

    [Fact]
    public void A_cursor_that_is_on_no_entry_has_neither_key_nor_value()
    {
        ReadTree tree = new(_pages, _pages.Commit(LoadAll().Root));
        using TreeCursor cursor = tree.OpenCursor();
        Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => cursor.Key.Length);
        Assert.False(cursor.MoveToIndex(EntryCount));
        Assert.Throws<InvalidOperationException>(() => cursor.Key.Length);
        Assert.Throws<InvalidOperationException>(() => cursor.Value.Kind);
        Assert.Throws<InvalidOperationException>(cursor.Delete);
    }

    [Fact]
    public void Steps_within_a_leaf_begin_no_operation()
    {
        ReadTree tree = new(_pages, _pages.Commit(LoadAll().Root));
        using TreeCursor cursor = tree.OpenCursor();
        int before = _pages.OperationCount;
        for (bool on = cursor.MoveToFirst(); on; on = cursor.MoveNext()) Assert.True(on);
        int leafCount = TreeChecker.Check(_pages, tree.Root).LeafCount;
        // One for each leaf, the attempt to go beyond the last, and the check's own.
        Assert.Equal(leafCount + 2, _pages.OperationCount - before);
    }

    [Fact]
    public void A_cursor_holds_one_pin_until_it_is_disposed()
    {
        ReadTree tree = new(_pages, _pages.Commit(LoadAll().Root));
        TreeCursor cursor = tree.OpenCursor();
        for (bool on = cursor.MoveToFirst(); on; on = cursor.MoveNext())
            Assert.Equal(1, _pages.PinCount);
        Assert.Equal(0, _pages.PinCount);
        Assert.True(cursor.MoveToIndex(700));
        Assert.Equal(1, _pages.PinCount);
        cursor.Dispose();
        cursor.Dispose();
        Assert.Equal(0, _pages.PinCount);
    }

    [Fact]
    public void A_cursor_of_an_empty_tree_finds_what_is_put_later()
    {
        WritableTree tree = new(_pages, PageReference.None);
        using TreeCursor cursor = tree.OpenCursor();
        Assert.False(cursor.MoveToFirst());
        Assert.False(cursor.MoveToIndex(0));
        Assert.False(cursor.MoveToLast());
        Change(() => tree.Put([], CellKind.Inline, []));
        Assert.True(cursor.MoveNext());
        Assert.True(cursor.Key.IsEmpty);
    }

    [Fact]
    public void A_damaged_leaf_stops_the_cursor_until_it_is_moved_elsewhere()
    {
        WritableTree tree = LoadAll();
        using TreeCursor cursor = tree.OpenCursor();
        Assert.True(cursor.MoveToFirst());
        _pages.Enter();
        BranchPage root = new(_pages.Read(tree.Root));
        _pages.Write(root.ChildIdAt(1))[PageHeader.LevelOffset] = 3;
        _pages.Exit();
        Assert.Throws<CorruptPageException>(() =>
        {
            while (cursor.MoveNext()) Assert.True(cursor.IsOnEntry);
        });
        _pages.Exit();
        Assert.False(cursor.IsOnEntry);
        Assert.Throws<InvalidOperationException>(() => cursor.MoveNext());
        Assert.True(cursor.MoveToLast());
    }

    private WritableTree LoadAll() => TestKeys.Load(_pages, Enumerable.Range(0, EntryCount));

    private void Change(Action change)
    {
        _pages.Enter();
        change();
        _pages.Exit();
    }
}
