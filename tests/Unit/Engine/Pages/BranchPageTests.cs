using KvCow.Engine.Pages;

namespace KvCow.Tests.Unit.Engine.Pages;

public sealed class BranchPageTests
{
    private static readonly PageReference Child =
        new(new PageId(21), 0xAABBCCDD, new TransactionId(2), 10);

    [Fact]
    public void A_branch_has_the_documented_bytes()
    {
        byte[] page = NewRoot(4096, "keyM"u8);
        BranchEdit.TryInsert(page, 1, "keyZ"u8, Child with { Id = new PageId(22) });
        byte[] expected = new byte[4096];
        PageHeader.Initialize(expected, new PageId(7), new TransactionId(3), PageKind.Branch);
        expected[17] = 2;     // Separators lie in their heads.
        expected[18] = 2;
        expected[20] = 3;
        expected[22] = 1;
        expected[24] = 0xFD;  // Heap start: 4093, where the prefix begins.
        expected[25] = 0x0F;
        "key"u8.CopyTo(expected.AsSpan(32));
        expected.AsSpan(64, 64).Fill(0xFF);  // No hints for so few.
        "\0\0\0M\0\0\0Z"u8.CopyTo(expected.AsSpan(128));
        for (int i = 144; i < 192; i += 16)  // CRC, id and birth of each child.
            ((ReadOnlySpan<byte>)[0xDD, 0xCC, 0xBB, 0xAA]).CopyTo(expected.AsSpan(i));
        (expected[148], expected[164], expected[180]) = (21, 21, 22);
        (expected[152], expected[168], expected[184]) = (2, 2, 2);
        (expected[192], expected[200], expected[208]) = (10, 10, 10);
        "key"u8.CopyTo(expected.AsSpan(4093));
        Assert.Equal(expected, page);
        Assert.Equal(216 + 3, new BranchPage(page).UsedBytes);
    }

    [Fact]
    public void A_count_that_no_tree_reaches_is_refused()
    {
        byte[] page = NewRoot(4096, "keyM"u8);
        BranchEdit.TryInsert(page, 1, "keyZ"u8, Child with { Count = long.MaxValue });
        Assert.Equal("the counts exceed any tree", PageVerifier.FindProblem(page));
    }

    [Fact]
    public void A_key_belongs_to_the_child_right_of_the_last_separator_not_above_it()
    {
        byte[] page = NewRoot(4096, "m"u8);
        Assert.Equal(0, new BranchPage(page).FindChild([]));
        Assert.Equal(0, new BranchPage(page).FindChild("lzzzzzzzzzz"u8));
        Assert.Equal(1, new BranchPage(page).FindChild("m"u8));
        Assert.Equal(1, new BranchPage(page).FindChild("m\0"u8));
        Assert.Equal(1, new BranchPage(page).FindChild("\xFF"u8));
    }

    [Fact]
    public void A_separator_that_ends_in_zero_is_told_from_its_padding()
    {
        byte[] page = NewRoot(4096, "a"u8);
        Assert.True(BranchEdit.TryInsert(page, 1, "a\0"u8, Child));
        Assert.Null(PageVerifier.FindProblem(page));
        Assert.Equal(0, PageHeader.Flags(page) & PageHeader.HeadOnlyFlag);
        Assert.Equal(1, new BranchPage(page).FindChild("a"u8));
        Assert.Equal(2, new BranchPage(page).FindChild("a\0"u8));
        Assert.Equal(2, new BranchPage(page).FindChild("a\0\0"u8));
    }

    [Theory]
    [InlineData(4096, true, nameof(SplitBias.Even))]
    [InlineData(4096, false, nameof(SplitBias.Even))]
    [InlineData(65536, true, nameof(SplitBias.Even))]
    [InlineData(65536, true, nameof(SplitBias.Ascending))]
    [InlineData(65536, false, nameof(SplitBias.Descending))]
    public void A_separator_apart_from_a_long_shared_prefix_still_divides_the_page(
        int pageBytes, bool atEnd, string bias)
    {
        // In one page, all the others would have to spell out what they share.
        byte[] shared = new byte[PageLimits.KeyBytesMax(pageBytes) - 2];
        shared.AsSpan().Fill((byte)'m');
        byte[] page = NewRoot(pageBytes, [.. shared, 1, 1]);
        int count = 1;
        for (; count < 100; count++)
        {
            byte[] separator = [.. shared, 1, (byte)(count + 1)];
            Assert.True(BranchEdit.TryInsert(page, count, separator, Child));
        }

        byte[] apart = [(byte)(atEnd ? 'z' : 'a')];
        Assert.False(BranchEdit.TryInsert(page, atEnd ? count : 0, apart, Child));
        byte[] right = new byte[pageBytes];
        PageHeader.Initialize(right, new PageId(8), new TransactionId(3), PageKind.Branch);
        byte[] up = new byte[PageLimits.KeyBytesMax(pageBytes)];
        int length = BranchEdit.InsertAndSplit(
            page, right, atEnd ? count : 0, apart, Child, up, Enum.Parse<SplitBias>(bias));
        Assert.Equal(shared.Length + 2, length);
        Assert.Null(PageVerifier.FindProblem(page));
        Assert.Null(PageVerifier.FindProblem(right));
        Assert.Equal(1, new BranchPage(right).Level);
        Assert.Equal(
            count + 2, new BranchPage(page).ChildCount + new BranchPage(right).ChildCount);
    }

    [Fact]
    public void A_branch_may_be_left_with_one_child()
    {
        byte[] page = NewRoot(4096, "m"u8);
        BranchEdit.RemoveChild(page, 0);
        Assert.Null(PageVerifier.FindProblem(page));
        Assert.Equal(1, new BranchPage(page).ChildCount);
        Assert.Equal(0, new BranchPage(page).FindChild("z"u8));
    }

    [Fact]
    public void Dirty_children_are_refused_unless_allowed()
    {
        byte[] page = NewRoot(4096, "m"u8);
        new BranchPageWriter(page).SetChild(0, Child with { Id = PageId.Dirty(4) });
        Assert.NotNull(PageVerifier.FindProblem(page));
        Assert.Null(PageVerifier.FindProblem(page, allowDirty: true));
        new BranchPageWriter(page).SetChild(0, Child with { Count = ulong.MaxValue });
        Assert.NotNull(PageVerifier.FindProblem(page));
    }

    [Fact]
    public void A_parent_vouches_for_id_birth_crc_and_bytes()
    {
        byte[] page = NewRoot(4096, "m"u8);
        uint crc = PageChecksum.Seal(page);
        PageReference expected = new(new PageId(7), crc, new TransactionId(3), 20);
        Assert.Null(PageVerifier.FindIdentityProblem(page, expected));
        Assert.NotNull(PageVerifier.FindIdentityProblem(page, expected with { Crc = crc + 1 }));
        Assert.NotNull(
            PageVerifier.FindIdentityProblem(page, expected with { Id = new PageId(8) }));
        Assert.NotNull(
            PageVerifier.FindIdentityProblem(page, expected with { Birth = new(4) }));
        page[^1] ^= 1;
        Assert.NotNull(PageVerifier.FindIdentityProblem(page, expected));
    }

    private static byte[] NewRoot(int pageBytes, ReadOnlySpan<byte> separator)
    {
        byte[] page = new byte[pageBytes];
        BranchEdit.InitializeRoot(
            page, new PageId(7), new TransactionId(3), 1, Child, separator, Child);
        return page;
    }
}
