using KvCow.Engine.Pages;

namespace KvCow.Tests.Unit.Engine.Pages;

public sealed class FreeListPageTests
{
    [Fact]
    public void Extents_and_the_next_page_are_read_back()
    {
        byte[] page = NewPage();
        FreeListPage.SetNext(page, new PageId(33), 0x1234);
        int capacity = FreeListPage.CapacityOf(page.Length);
        for (uint i = 0; i < capacity; i++) FreeListPage.Add(page, new PageId(10 + (i * 5)), 4);
        Assert.Equal(capacity, FreeListPage.Count(page));
        Assert.Equal((new PageId(20), 4u), FreeListPage.ExtentAt(page, 2));
        Assert.Equal(new PageId(33), FreeListPage.NextId(page));
        Assert.Equal(0x1234u, FreeListPage.NextCrc(page));
        uint crc = PageChecksum.Seal(page);
        Assert.Null(FreeListPage.FindProblem(page, new PageId(9), crc));
        Assert.NotNull(FreeListPage.FindProblem(page, new PageId(8), crc));
        Assert.NotNull(FreeListPage.FindProblem(page, new PageId(9), crc + 1));
    }

    [Theory]
    [InlineData(10, 4, 13, 1)]
    [InlineData(10, 0, 20, 1)]
    [InlineData(1, 4, 20, 1)]
    [InlineData(10, 4, 0x7FFF_FFFF, 1)]
    [InlineData(10, uint.MaxValue, 20, 1)]
    public void Extents_that_no_file_can_have_are_refused(
        uint first, uint firstCount, uint second, uint secondCount)
    {
        byte[] page = NewPage();
        FreeListPage.Add(page, new PageId(first), firstCount);
        FreeListPage.Add(page, new PageId(second), secondCount);
        Assert.NotNull(FreeListPage.FindProblem(page, new PageId(9), PageChecksum.Seal(page)));
    }

    [Fact]
    public void A_count_beyond_the_page_is_refused()
    {
        byte[] page = NewPage();
        page[27] = 0x80;
        Assert.NotNull(FreeListPage.FindProblem(page, new PageId(9), PageChecksum.Seal(page)));
    }

    private static byte[] NewPage()
    {
        byte[] page = new byte[4096];
        FreeListPage.Initialize(page, new PageId(9), new TransactionId(4));
        return page;
    }
}
