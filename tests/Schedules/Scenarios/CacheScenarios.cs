using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;
using KvCow.Tests.Concurrency.Cache;
using KvCow.Tests.Schedules.Scheduling;
using KvCow.Tests.Support.Cache;

namespace KvCow.Tests.Schedules.Scenarios;

/// <summary>
/// Hits, pins, evictions, retired and borrowed frames of the smallest cache, poisoned when they
/// become free. The pages are derived from their ids, so a wrong byte is seen.
/// </summary>
internal static class CacheScenarios
{
    private const int PageBytes = 4096;
    private const int Frames = 64;
    private const int PageCount = 120;

    private static readonly MemoryFile File = new(PageBytes, PageCount);
    private static readonly PageReference[] References = File.WriteAllDerived(birth: 3);

    /// <summary>
    /// Readers that find, load, evict and pin pages, and need more than there are.
    /// </summary>
    public static void Readers(Stage stage)
    {
        NodeCache cache = new(File, PageBytes, Frames * PageBytes, poisonFreed: true);
        Fill(cache, stage.Random);
        for (int reader = 1; reader <= 3; reader++)
        {
            Random random = new(stage.Random.Next());
            int pages = stage.Random.Next(4) == 0 ? 30 : stage.Random.Next(2, 12);
            stage.Add($"reader {reader}", () => Read(stage, cache, random, pages));
        }

        stage.AtEnd(() =>
        {
            Assert.Equal(0, cache.GetStatistics().OverdraftFrames);
            cache.Dispose();
            Assert.True(cache.IsFreed, "A claim or a pin was left.");
        });
    }

    /// <summary>A writer replaces pages and uses their places again, beside readers.</summary>
    public static void Writer(Stage stage)
    {
        CommitRun run = new(livePages: 40, filePages: 64, Frames);
        ReaderSlot first = run.Cache.Slots.Claim();
        run.ReadSnapshot(first, stage.Random, operations: 30);
        run.Cache.Slots.Release(first);
        for (int reader = 1; reader <= 2; reader++)
        {
            Random random = new(stage.Random.Next());
            stage.Add($"reader {reader}", () =>
            {
                ReaderSlot slot = run.Cache.Slots.Claim();
                for (int i = 0; i < 2; i++) run.ReadSnapshot(slot, random, operations: 3);
                run.Cache.Slots.Release(slot);
            });
        }

        Random writing = new(stage.Random.Next());
        stage.Add("writer", () =>
        {
            for (int i = 0; i < 4; i++) run.Commit(writing, 12, fail: writing.Next(6) == 0);
        });
        stage.AtEnd(() =>
        {
            Assert.Equal(0, run.Cache.GetStatistics().OverdraftFrames);
            run.Dispose();
            Assert.True(run.Cache.IsFreed, "A claim or a pin was left.");
        });
    }

    /// <summary>The cache given up while readers begin, read, pin and end.</summary>
    public static void Close(Stage stage)
    {
        NodeCache cache = new(File, PageBytes, Frames * PageBytes, poisonFreed: true);
        Fill(cache, stage.Random);
        for (int reader = 1; reader <= 2; reader++)
        {
            Random random = new(stage.Random.Next());
            stage.Add($"reader {reader}", () =>
            {
                try
                {
                    for (int i = 0; i < 2; i++) Read(stage, cache, random, pages: 2);
                }
                catch (ObjectDisposedException)
                {
                    // No slot is given out after the close.
                }
            });
        }

        stage.Add("closer", cache.Dispose);
        stage.AtEnd(() => Assert.True(cache.IsFreed, "A claim or a pin was left."));
    }

    private static void Fill(NodeCache cache, Random random)
    {
        ReaderSlot slot = cache.Slots.Claim();
        int first = random.Next(1, PageCount - Frames);
        for (int i = 0; i < Frames - 4; i++)
        {
            slot.EnterOperation();
            cache.Read(slot, References[first + i]);
            slot.ExitOperation();
        }

        cache.Slots.Release(slot);
    }

    /// <summary>One operation, all of whose pages keep their bytes, and a pin that outlives it.
    /// </summary>
    private static void Read(Stage stage, NodeCache cache, Random random, int pages)
    {
        ReaderSlot slot = cache.Slots.Claim();
        PageReference held = References[random.Next(1, PageCount)];
        slot.EnterOperation();
        bool isHeld = random.Next(2) == 0;
        int place = 0;
        PageBuffer pin = isHeld
            ? cache.Hold(slot, held, isRead: false, out int frame, out place)
            : cache.Pin(slot, held, out frame);
        PageReference first = References[random.Next(1, PageCount)];
        ReadOnlySpan<byte> kept = cache.Read(slot, first);
        for (int i = 0; i < pages; i++)
        {
            PageReference other = References[random.Next(1, PageCount)];
            Assert.True(DerivedPage.Is(cache.Read(slot, other), other), $"Wrong {other}");
        }

        stage.Pause();
        Assert.True(DerivedPage.Is(kept, first), $"Wrong {first}");
        slot.ExitOperation();
        for (int i = 0; i < pages; i++)
        {
            PageReference other = References[random.Next(1, PageCount)];
            slot.EnterOperation();
            Assert.True(DerivedPage.Is(cache.Read(slot, other), other), $"Wrong {other}");
            slot.ExitOperation();
        }

        // What is held ends with the slot, what is pinned does not.
        if (place > 0) Assert.True(DerivedPage.Is(pin.Span, held), $"Wrong held {held}");
        cache.Slots.Release(slot);
        if (place > 0) return;
        Assert.True(DerivedPage.Is(pin.Span, held), $"Wrong pinned {held}");
        cache.Unpin(frame);
    }
}
