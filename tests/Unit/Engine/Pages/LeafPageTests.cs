using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Pages;

public sealed class LeafPageTests
{
    [Theory, InlineData(4096), InlineData(65536)]
    public void An_empty_leaf_is_sound_and_finds_nothing(int pageBytes)
    {
        byte[] page = NewLeaf(pageBytes);
        Assert.Null(PageVerifier.FindProblem(page, allowDirty: true));
        Assert.Equal(new SlotSearch(0, false), new LeafPage(page).Find("a"u8));
        Assert.Equal(new SlotSearch(0, false), new LeafPage(page).Find([]));
        Assert.Equal(PageHeader.Size, new LeafPage(page).UsedBytes);
    }

    [Fact]
    public void A_sealed_leaf_has_the_documented_bytes()
    {
        byte[] page = NewLeaf(4096);
        Put(page, "keyB"u8, "two"u8);
        Put(page, "keyA"u8, "1"u8);
        byte[] expected = new byte[4096];
        PageHeader.Initialize(expected, new PageId(7), new TransactionId(3), PageKind.Leaf);
        expected[18] = 2;
        expected[20] = 3;
        expected[24] = 0xEC;  // Heap start: 4096 - 9 - 11 = 4076.
        expected[25] = 0x0F;
        "key"u8.CopyTo(expected.AsSpan(32));
        "\0\0\0A\0\0\0B"u8.CopyTo(expected.AsSpan(40));
        ((ReadOnlySpan<byte>)[0xEC, 0x0F, 0xF5, 0x0F]).CopyTo(expected.AsSpan(48));

        // Key length 4 in bits 0-14, value lengths 1 and 3 from bit 15.
        ((ReadOnlySpan<byte>)[4, 0x80, 0, 0]).CopyTo(expected.AsSpan(4076));
        "keyA1"u8.CopyTo(expected.AsSpan(4080));
        ((ReadOnlySpan<byte>)[4, 0x80, 1, 0]).CopyTo(expected.AsSpan(4085));
        "keyBtwo"u8.CopyTo(expected.AsSpan(4089));

        byte[] written = new byte[4096];
        LeafSeal.Seal(page, written);
        Assert.Equal(expected, written);
    }

    [Theory, InlineData(4096), InlineData(65536)]
    public void Three_of_the_largest_cells_fit_and_the_fourth_divides_the_page(int pageBytes)
    {
        byte[] page = NewLeaf(pageBytes);
        byte[] value = new byte[BucketRecord.Size];
        for (byte i = 0; i < 3; i++) Assert.True(Put(page, LongKey(pageBytes, i), value));
        byte[] fourth = LongKey(pageBytes, 3);
        Assert.False(Put(page, fourth, value));

        byte[] right = NewLeaf(pageBytes);
        byte[] separator = new byte[PageLimits.KeyBytesMax(pageBytes)];
        int length = LeafSplit.Split(
            page, right, 3, fourth, CellKind.Inline, value, separator, bias: SplitBias.Even);
        Assert.Equal(separator.Length, length);
        Assert.Equal(2, new LeafPage(page).CellCount);
        Assert.Equal(2, new LeafPage(right).CellCount);
        Assert.Null(PageVerifier.FindProblem(page, allowDirty: true));
        Assert.Null(PageVerifier.FindProblem(right, allowDirty: true));
    }

    [Theory]
    [InlineData(nameof(SplitBias.Ascending), true, 1)]
    [InlineData(nameof(SplitBias.Even), true, 19)]
    [InlineData(nameof(SplitBias.Descending), false, 37)]
    [InlineData(nameof(SplitBias.Even), false, 19)]
    public void The_bias_decides_what_goes_right(string bias, bool atEnd, int expected)
    {
        byte[] page = NewLeaf(4096);
        byte[] value = new byte[100];
        byte key = 100;
        while (Put(page, [key], value)) key++;
        LeafPage leaf = new(page);
        int index = atEnd ? leaf.CellCount : 0;
        byte[] right = NewLeaf(4096);
        LeafSplit.Split(
            page, right, index, [atEnd ? key : (byte)1], CellKind.Inline, value, new byte[1024],
            bias: Enum.Parse<SplitBias>(bias));
        Assert.InRange(new LeafPage(right).CellCount, expected - 1, expected);
        Assert.True(new LeafPage(page).CellCount > 0);
    }

    [Fact]
    public void Keys_alike_in_their_first_bytes_get_wide_heads()
    {
        byte[] page = NewLeaf(4096);
        Put(page, "a0000001"u8, []);
        Put(page, "b0000001"u8, []);
        Assert.Equal(4, new LeafPage(page).HeadBytes);
        Put(page, "b0000002"u8, []);
        Assert.Equal(8, new LeafPage(page).HeadBytes);
        Assert.Null(PageVerifier.FindProblem(page, allowDirty: true));
        Assert.Equal(new SlotSearch(2, true), new LeafPage(page).Find("b0000002"u8));
        Assert.Equal(new SlotSearch(2, false), new LeafPage(page).Find("b00000011"u8));
    }

    [Fact]
    public void A_value_can_be_overwritten_in_place()
    {
        byte[] page = NewLeaf(4096);
        Put(page, "a"u8, "12345678"u8);
        Put(page, "b"u8, "x"u8);
        "87654321"u8.CopyTo(new LeafPageWriter(page).ValueBytesAt(0));
        Assert.Equal("87654321"u8.ToArray(), new LeafPage(page).ValueAt(0).Bytes.ToArray());
        Assert.Null(PageVerifier.FindProblem(page, allowDirty: true));
    }

    [Theory, InlineData(0), InlineData(BucketRecord.CatalogOffset)]
    public void A_bucket_of_more_entries_than_any_tree_has_is_refused(int offset)
    {
        byte[] page = NewLeaf(4096);
        byte[] record = new byte[BucketRecord.Size];
        PageReference root = new(new PageId(5), 1, new TransactionId(1), 1UL << 63);
        root.Write(record.AsSpan(offset));
        Assert.True(new LeafPageWriter(page).TryInsert(0, "b"u8, CellKind.Bucket, record));
        Assert.Contains(
            "more entries than any tree", PageVerifier.FindProblem(page, allowDirty: true));
    }

    [Fact]
    public void A_search_allocates_nothing()
    {
        byte[] page = NewLeaf(4096);
        for (byte i = 0; i < 20; i++) Put(page, [1, 2, 3, i], [i]);
        byte[] key = [1, 2, 3, 7];
        Assert.Equal(0, Allocated.LeastBy(() =>
        {
            for (int i = 0; i < 100; i++) new LeafPage(page).Find(key);
        }));
    }

    private static byte[] NewLeaf(int pageBytes)
    {
        byte[] page = new byte[pageBytes];
        LeafPageWriter.Initialize(page, new PageId(7), new TransactionId(3));
        return page;
    }

    private static bool Put(byte[] page, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        new LeafPageWriter(page).TryInsert(
            new LeafPage(page).Find(key).Index, key, CellKind.Inline, value);

    private static byte[] LongKey(int pageBytes, byte last)
    {
        byte[] key = new byte[PageLimits.KeyBytesMax(pageBytes)];
        key[^1] = last;
        return key;
    }
}
