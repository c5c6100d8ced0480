using System.Buffers;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

public sealed class CursorTests : IDisposable
{
    private readonly TestDatabase _test = TestDatabase.Create();
    private readonly WriteTransaction _tx;
    private readonly WritableBucket _bucket;

    public CursorTests()
    {
        _tx = _test.Database.BeginWrite();
        _bucket = _tx.CreateBucket("b");
        for (byte i = 0; i < 100; i++) _bucket.Put([(byte)(2 * i)], new byte[100]);
    }

    public void Dispose()
    {
        _tx.Dispose();
        _test.Dispose();
    }

    [Fact]
    public void A_new_cursor_stands_before_the_first_entry()
    {
        using Cursor cursor = _bucket.OpenCursor();
        Assert.False(cursor.IsOnEntry);
        Assert.False(cursor.MovePrevious());
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Key[0]);
    }

    [Fact]
    public void A_cursor_comes_back_from_both_ends()
    {
        using Cursor cursor = _bucket.OpenCursor();
        Assert.True(cursor.MoveToLast());
        Assert.False(cursor.MoveNext());
        Assert.False(cursor.IsOnEntry);
        Assert.True(cursor.MovePrevious());
        Assert.Equal(198, cursor.Key[0]);
        Assert.True(cursor.MoveToFirst());
        Assert.False(cursor.MovePrevious());
        Assert.True(cursor.MoveNext());
        Assert.Equal(0, cursor.Key[0]);
    }

    [Fact]
    public void Seeks_find_the_nearest_on_each_side()
    {
        using Cursor cursor = _bucket.OpenCursor();
        Assert.True(cursor.SeekCeiling([51]));
        Assert.Equal(52, cursor.Key[0]);
        Assert.True(cursor.SeekFloor([51]));
        Assert.Equal(50, cursor.Key[0]);
        Assert.True(cursor.SeekAbove([52]));
        Assert.Equal(54, cursor.Key[0]);
        Assert.True(cursor.SeekBelow([52]));
        Assert.Equal(50, cursor.Key[0]);
        Assert.True(cursor.SeekExact([52]));
        Assert.False(cursor.SeekExact([53]));
        Assert.Equal(54, cursor.Key[0]);
        Assert.True(cursor.MoveToIndex(7));
        Assert.Equal(14, cursor.Key[0]);
        Assert.False(cursor.MoveToIndex(100));
        Assert.False(cursor.SeekAbove([198]));
    }

    [Fact]
    public void Off_an_entry_there_is_nothing_to_read_or_delete()
    {
        using WritableCursor cursor = _bucket.OpenCursor();
        Assert.Throws<InvalidOperationException>(() => cursor.Key.Length);
        Assert.Throws<InvalidOperationException>(() => cursor.Value.Length);
        Assert.Throws<InvalidOperationException>(() => cursor.Delete());
    }

    [Fact]
    public void Deleting_every_entry_under_the_cursor_skips_none()
    {
        using WritableCursor cursor = _bucket.OpenCursor();
        int deleted = 0;
        for (bool more = cursor.MoveToFirst(); more; more = cursor.MoveNext())
        {
            Assert.Equal(2 * deleted++, cursor.Key[0]);
            cursor.Delete();
        }

        Assert.Equal(100, deleted);
        Assert.Equal(0, _bucket.Count);
    }

    [Fact]
    public void A_deleted_entry_leaves_the_cursor_between_its_neighbours()
    {
        using WritableCursor cursor = _bucket.OpenCursor();
        cursor.SeekExact([50]);
        cursor.Delete();
        Assert.False(cursor.IsOnEntry);
        Assert.True(cursor.MovePrevious());
        Assert.Equal(48, cursor.Key[0]);
    }

    [Fact]
    public void A_cursor_keeps_its_entry_while_the_bucket_changes()
    {
        using Cursor cursor = _bucket.OpenCursor();
        cursor.SeekExact([50]);
        for (byte i = 0; i < 100; i++) _bucket.Put([(byte)(2 * i + 1)], new byte[100]);
        _bucket.Put([50], "new"u8);
        Assert.Equal(50, cursor.Key[0]);
        Assert.Equal("new"u8, cursor.Value);
        Assert.True(cursor.MoveNext());
        Assert.Equal(51, cursor.Key[0]);
        _bucket.Delete([51]);
        Assert.False(cursor.IsOnEntry);
        Assert.True(cursor.MoveNext());
        Assert.Equal(52, cursor.Key[0]);
    }

    [Fact]
    public void A_cursor_on_no_entry_has_nothing_to_show_or_delete()
    {
        using WritableCursor cursor = _bucket.OpenCursor();
        Assert.Throws<InvalidOperationException>(() => cursor.Current.IsLarge);
        Assert.Throws<InvalidOperationException>(cursor.Delete);
        cursor.SeekExact([50]);
        cursor.Delete();
        Assert.Throws<InvalidOperationException>(() => cursor.Current.IsLarge);
        Assert.Throws<InvalidOperationException>(cursor.Delete);
        Assert.Equal(99, _bucket.Count);
    }

    [Fact]
    public void The_value_of_an_entry_is_read_in_parts_and_appended_however_long()
    {
        byte[] large = [.. Enumerable.Range(0, 200_000).Select(static i => (byte)(i * 7))];
        _bucket.Put([50], large);
        _bucket.Put([51], "short"u8);
        (byte, byte[])[] values = [(50, large), (51, "short"u8.ToArray())];
        foreach ((byte key, byte[] expected) in values)
        {
            using Cursor cursor = _bucket.OpenCursor();
            cursor.SeekExact([key]);
            ArrayBufferWriter<byte> copy = new();
            cursor.Current.CopyValueTo(copy);
            Assert.Equal(expected, copy.WrittenSpan);
            byte[] part = new byte[3];
            Assert.Equal(3, cursor.Current.ReadValueAt(1, part));
            Assert.Equal(expected[1..4], part);
            Assert.Equal(0, cursor.Current.ReadValueAt(expected.Length, part));
            Assert.Throws<ArgumentOutOfRangeException>(() => cursor.Current.ReadValueAt(-1, part));
            Assert.Throws<ArgumentNullException>(() => cursor.Current.CopyValueTo(null!));
        }
    }

    [Fact]
    public void A_large_value_under_a_cursor_is_read_anew_after_a_change()
    {
        _bucket.Put([50], new byte[10_000]);
        using Cursor cursor = _bucket.OpenCursor();
        cursor.SeekExact([50]);
        Assert.Equal(0, cursor.Value[9_999]);
        byte[] changed = new byte[9_999];
        changed[9_998] = 7;
        _bucket.Put([50], changed);
        Assert.Equal(changed, cursor.Value);
        Assert.True(cursor.Current.IsLarge);
        byte[] part = new byte[10];
        Assert.Equal(1, cursor.Current.ReadValueAt(9_998, part));
        Assert.Equal(7, part[0]);
    }
}
