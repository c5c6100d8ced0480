using KvCow.Engine.Storage;

namespace KvCow.Tests.Unit.Engine.Storage;

public sealed class PageMemoryTests
{
    [Theory]
    [InlineData(4096, 1)]
    [InlineData(4096, 3000)]
    [InlineData(65536, 40)]
    public unsafe void Pages_of_an_arena_lie_apart_and_aligned(int pageBytes, int pageCount)
    {
        using var arena = new PageArena(pageBytes, pageCount);
        for (int i = 0; i < pageCount; i++) arena.PageAt(i).Span.Fill((byte)i);
        for (int i = 0; i < pageCount; i++)
        {
            PageBuffer page = arena.PageAt(i);
            Assert.Equal(pageBytes, page.Length);
            Assert.Equal(0u, (nuint)page.Address % 4096);
            Assert.Equal(-1, page.Span.IndexOfAnyExcept((byte)i));
        }

        Assert.Equal((long)pageBytes * pageCount, arena.Bytes);
    }

    [Fact]
    public void An_arena_of_no_pages_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PageArena(4096, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PageArena(0, 1));
    }
}
