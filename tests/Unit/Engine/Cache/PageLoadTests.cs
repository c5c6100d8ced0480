using KvCow.Engine.Pages;

namespace KvCow.Tests.Unit.Engine.Cache;

/// <summary>What is verified when a page comes into the cache.</summary>
public sealed class PageLoadTests
{
    [Fact]
    public void A_page_is_read_from_the_file_once()
    {
        using CacheFixture test = new();
        Assert.True(test.ReadsRight(test.References[7]));
        Assert.True(test.ReadsRight(test.References[7]));
        Assert.Equal(1, test.File.ReadCount);
        Assert.Equal(1, test.Cache.GetStatistics().Hits);
        Assert.Equal(1, test.Cache.GetStatistics().Misses);
    }

    [Theory]
    [InlineData(PageHeader.CrcOffset)]
    [InlineData(PageHeader.KindOffset)]
    [InlineData(PageHeader.Size)]
    [InlineData(4095)]
    public void A_flipped_bit_is_corruption(int offset)
    {
        using CacheFixture test = new();
        test.File.Page(7)[offset] ^= 1;
        AssertCorrupt(test, test.References[7]);
    }

    [Fact]
    public void A_page_that_is_another_page_is_corruption()
    {
        using CacheFixture test = new();
        test.File.Page(8).CopyTo(test.File.Page(7));
        AssertCorrupt(test, test.References[8] with { Id = new PageId(7) });
    }

    [Fact]
    public void A_page_of_another_birth_is_corruption()
    {
        using CacheFixture test = new();
        AssertCorrupt(test, test.References[7] with { Birth = new TransactionId(2) });
    }

    [Fact]
    public void A_page_with_another_crc_than_the_parents_is_corruption()
    {
        using CacheFixture test = new();
        AssertCorrupt(test, test.References[7] with { Crc = test.References[7].Crc ^ 1 });
    }

    [Fact]
    public void A_cached_page_does_not_answer_for_a_reference_that_differs()
    {
        using CacheFixture test = new();
        test.Read(test.References[7]);
        AssertCorrupt(test, test.References[7] with { Crc = test.References[7].Crc ^ 1 });
        AssertCorrupt(test, test.References[7] with { Birth = new TransactionId(2) });
        Assert.True(test.ReadsRight(test.References[7]));
    }

    [Theory]
    [InlineData(PageHeader.KindOffset, 0x77)]
    [InlineData(PageHeader.CellCountOffset, 0x77)]
    [InlineData(PageHeader.HeapStartOffset, 0x01)]
    public void A_page_with_a_checksum_but_a_bad_structure_is_corruption(int offset, byte value)
    {
        using CacheFixture test = new();
        Span<byte> page = test.File.Page(7);
        LeafPageWriter.Initialize(page, new PageId(7), new TransactionId(1));
        LeafSeal.Seal(page.ToArray(), page);
        PageReference sound = test.References[7] with { Crc = PageChecksum.Seal(page) };
        test.Read(sound);
        test.Cache.Forget(sound.Id);

        page[offset] = value;
        AssertCorrupt(test, sound with { Crc = PageChecksum.Seal(page) });
    }

    [Theory]
    [InlineData(7 * CacheFixture.PageBytes)]
    [InlineData((8 * CacheFixture.PageBytes) - 1)]
    [InlineData(0)]
    public void A_page_beyond_the_end_of_the_file_is_corruption(int length)
    {
        using CacheFixture test = new();
        test.File.Truncate(length);
        CorruptPageException error = AssertCorrupt(test, test.References[7]);
        Assert.Contains("beyond the end of the file", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_largest_page_id_is_corruption_and_costs_no_memory()
    {
        using CacheFixture test = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertCorrupt(test, test.References[7] with { Id = new PageId(0x7FFF_FFFF) });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Fact]
    public void A_failed_read_leaves_nothing_behind_and_can_be_repeated()
    {
        using CacheFixture test = new();
        test.File.NextReadFailure = new IOException("device");
        Assert.Throws<IOException>(() => test.Read(test.References[7]));
        Assert.Equal(0, test.Cache.GetStatistics().BytesUsed);
        Assert.True(test.ReadsRight(test.References[7]));
    }

    [Fact]
    public void Failed_reads_beyond_the_capacity_are_given_back_as_well()
    {
        using CacheFixture test = new();
        for (int i = 0; i < 1000; i++)
        {
            test.File.NextReadFailure = new IOException("device");
            Assert.Throws<IOException>(() => test.Read(test.References[7]));
        }

        Assert.Equal(0, test.Cache.GetStatistics().BytesUsed);
    }

    private static CorruptPageException AssertCorrupt(CacheFixture test, PageReference reference)
    {
        var error = Assert.Throws<CorruptPageException>(() => test.Read(reference));
        Assert.Equal(reference.Id.Index, error.PageId);
        return error;
    }
}
