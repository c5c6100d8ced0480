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

    [Fact]
    public void A_pool_lends_no_page_twice()
    {
        using var pool = new PagePool(4096);
        PageBuffer[] pages = Enumerable.Range(0, 1000).Select(_ => pool.Rent()).ToArray();
        for (int i = 0; i < pages.Length; i++) pages[i].Span.Fill((byte)(i % 251));
        for (int i = 0; i < pages.Length; i++)
            Assert.Equal(-1, pages[i].Span.IndexOfAnyExcept((byte)(i % 251)));
        Assert.Equal(1000 * 4096, pool.BytesRented);
        Assert.True(pool.BytesHeld >= pool.BytesRented);
    }

    [Fact]
    public void A_pool_lends_again_what_came_back()
    {
        using var pool = new PagePool(4096);
        for (int i = 0; i < 10_000; i++) pool.Return(pool.Rent());
        Assert.Equal(0, pool.BytesRented);
        Assert.InRange(pool.BytesHeld, 4096, 1 << 20);
    }

    [Fact]
    public void A_pool_gives_up_the_memory_of_a_large_transaction()
    {
        using var pool = new PagePool(4096);
        PageBuffer[] pages = Enumerable.Range(0, 8000).Select(_ => pool.Rent()).ToArray();
        Assert.True(pool.BytesHeld >= 8000 * 4096);
        foreach (PageBuffer page in pages) pool.Return(page);
        Assert.InRange(pool.BytesHeld, 4096, 4 << 20);

        pool.Rent().Span.Fill(1);
        pool.Dispose();
        Assert.Equal(0, pool.BytesHeld);
        Assert.Throws<ObjectDisposedException>(() => pool.Rent());
    }

    [Fact]
    public void A_pool_serves_several_threads()
    {
        using var pool = new PagePool(4096);
        Parallel.For(0, 8, number =>
        {
            for (int i = 0; i < 500; i++)
            {
                PageBuffer page = pool.Rent();
                page.Span.Fill((byte)number);
                Assert.Equal(-1, page.Span.IndexOfAnyExcept((byte)number));
                pool.Return(page);
            }
        });
        Assert.Equal(0, pool.BytesRented);
    }
}
