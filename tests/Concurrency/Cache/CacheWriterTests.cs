using KvCow.Engine.Cache;
using KvCow.Tests.Support;

namespace KvCow.Tests.Concurrency.Cache;

/// <summary>One writer beside readers: newer pages take the places of freed ones.</summary>
public sealed class CacheWriterTests
{
    private const int Readers = 3;

    [Theory, Seeds(count: 3)]
    public void Readers_see_their_snapshots_while_a_writer_reuses_pages(int seed)
    {
        using CommitRun run = new(livePages: 300, filePages: 400, frames: 96);
        bool written = false;
        Threads.Run(Readers + 1, thread =>
        {
            var random = new Random((seed * 100) + thread);
            if (thread == 0) Write(run, random, ref written);
            else Read(run, random, ref written);
        });

        Assert.Equal(0, run.Cache.GetStatistics().OverdraftFrames);
        run.Cache.Dispose();
        Assert.True(run.Cache.IsFreed, "A claim or a pin was left.");
    }

    // Each side ends if the other one fails, so that a failure is reported and not waited for.
    private static void Write(CommitRun run, Random random, ref bool written)
    {
        try
        {
            while (run.ReusedCount < 4_000) run.Commit(random, 8, fail: random.Next(8) == 0);
        }
        finally
        {
            Volatile.Write(ref written, true);
        }
    }

    private static void Read(CommitRun run, Random random, ref bool written)
    {
        ReaderSlot slot = run.Cache.Slots.Claim();
        try
        {
            while (!Volatile.Read(ref written)) run.ReadSnapshot(slot, random, operations: 10);
        }
        finally
        {
            run.Cache.Slots.Release(slot);
        }
    }
}
