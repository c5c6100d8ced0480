using KvCow.Engine.Pages;

namespace KvCow.Tests.Unit.Engine.Pages;

public sealed class OverflowPageTests
{
    [Fact]
    public void Each_mark_of_an_overflow_page_is_checked()
    {
        byte[] page = new byte[4096];
        OverflowPage.Initialize(page, new PageId(9), new TransactionId(4), tag: 77, index: 2);
        Assert.Equal(4056, OverflowPage.PayloadBytes(4096));
        Assert.Equal(4056, OverflowPage.Payload((Span<byte>)page).Length);
        OverflowPage.Payload((Span<byte>)page).Fill(5);
        PageChecksum.Seal(page);
        Assert.Null(Find(9, 4, 77, 2));
        Assert.NotNull(Find(8, 4, 77, 2));
        Assert.NotNull(Find(9, 5, 77, 2));
        Assert.NotNull(Find(9, 4, 78, 2));
        Assert.NotNull(Find(9, 4, 77, 3));
        page[100] ^= 1;
        Assert.NotNull(Find(9, 4, 77, 2));

        string? Find(uint id, ulong birth, uint tag, uint index) => OverflowPage.FindProblem(
            page, new PageId(id), new TransactionId(birth), tag, index);
    }
}
