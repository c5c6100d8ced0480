using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Cache;

namespace KvCow.Tests.Concurrency.Cache;

/// <summary>
/// Readers of more pages than the cache holds, while every frame that becomes free is poisoned: a
/// frame used again too early shows as wrong bytes.
/// </summary>
public sealed class CacheReadersTests
{
    private const int PageBytes = 4096;
    private const int Frames = 96;
    private const int PageCount = Frames * 5;

    [Theory, Seeds(count: 3)]
    public void Readers_see_right_pages_at_five_times_the_capacity(int seed)
    {
        var file = new MemoryFile(PageBytes, PageCount);
        PageReference[] references = file.WriteAllDerived(birth: 3);
        var cache = new NodeCache(file, PageBytes, Frames * PageBytes, poisonFreed: true);
        Threads.Run(4, thread =>
        {
            var random = new Random((seed * 100) + thread);
            ReaderSlot slot = cache.Slots.Claim();
            for (int i = 0; i < 5_000; i++) ReadSome(cache, slot, references, random);
            cache.Slots.Release(slot);
        });

        CacheStatistics figures = cache.GetStatistics();
        Assert.InRange(figures.BytesUsed, 1, figures.BytesMax);
        Assert.Equal(0, figures.OverdraftFrames);
        Assert.True(figures.Evictions > Frames);
        Assert.True(figures.Misses > 10_000);
        cache.Dispose();
        Assert.True(cache.IsFreed);
    }

    [Fact]
    public void Racing_loads_of_one_page_end_in_one_frame()
    {
        var file = new MemoryFile(PageBytes, PageCount);
        PageReference[] references = file.WriteAllDerived(birth: 3);
        var cache = new NodeCache(file, PageBytes, PageCount * PageBytes, poisonFreed: true);
        using var together = new Barrier(4);
        Threads.Run(4, _ =>
        {
            ReaderSlot slot = cache.Slots.Claim();
            bool right = true;
            for (int i = 1; i < 300; i++)
            {
                together.SignalAndWait();
                slot.EnterOperation();
                right &= DerivedPage.Is(cache.Read(slot, references[i]), references[i]);
                slot.ExitOperation();
            }

            cache.Slots.Release(slot);
            Assert.True(right);
        });

        Assert.Equal(299 * PageBytes, cache.GetStatistics().BytesUsed);
        cache.Dispose();
    }

    [Fact]
    public void Slots_claimed_and_released_by_many_threads_are_never_shared()
    {
        var slots = new ReaderSlots(() => { });
        int[] owners = new int[64];
        Threads.Run(4, _ =>
        {
            for (int i = 0; i < 50_000; i++)
            {
                ReaderSlot first = slots.Claim();
                ReaderSlot second = slots.Claim();
                Assert.Equal(1, Interlocked.Increment(ref owners[first.Index]));
                Assert.Equal(1, Interlocked.Increment(ref owners[second.Index]));
                Interlocked.Decrement(ref owners[first.Index]);
                slots.Release(first);
                Interlocked.Decrement(ref owners[second.Index]);
                slots.Release(second);
            }
        });
        Assert.False(slots.HasClaims());
    }

    [Fact]
    public void Disposing_while_readers_run_frees_the_memory_with_the_last_of_them()
    {
        for (int round = 0; round < 200; round++)
        {
            var file = new MemoryFile(PageBytes, 16);
            PageReference[] references = file.WriteAllDerived(birth: 3);
            var cache = new NodeCache(file, PageBytes, 64 * PageBytes);
            Threads.Run(3, thread =>
            {
                if (thread == 0) cache.Dispose();
                else ReadUntilDisposed(cache, references);
            });
            Assert.True(cache.IsFreed);
        }
    }

    /// <summary>One operation on 1 to 4 pages, all of them checked at its end.</summary>
    private static void ReadSome(
        NodeCache cache, ReaderSlot slot, PageReference[] references, Random random)
    {
        PageReference a = references[random.Next(1, references.Length)];
        PageReference b = references[random.Next(1, references.Length)];
        PageReference c = references[random.Next(1, references.Length)];
        slot.EnterOperation();
        ReadOnlySpan<byte> pageA = cache.Read(slot, a);
        ReadOnlySpan<byte> pageB = cache.Read(slot, b);
        PageBuffer pageC = cache.Pin(slot, c, out int frame);
        Assert.True(DerivedPage.Is(pageB, b));
        Assert.True(DerivedPage.Is(pageA, a));
        slot.ExitOperation();
        Assert.True(DerivedPage.Is(pageC.Span, c));
        cache.Unpin(frame);
    }

    private static void ReadUntilDisposed(NodeCache cache, PageReference[] references)
    {
        var random = new Random(1);
        try
        {
            while (true)
            {
                ReaderSlot slot = cache.Slots.Claim();
                ReadSome(cache, slot, references, random);
                cache.Slots.Release(slot);
            }
        }
        catch (ObjectDisposedException)
        {
            // The end of this test: no slot is given out after the dispose.
        }
    }
}
