using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class FreeMapTests
{
    private const int Pages = 1500;

    [Theory, Seeds(count: 20)]
    public void Map_agrees_with_an_array_of_flags(int seed)
    {
        Random random = new(seed);
        FreeMap map = new();
        bool[] model = new bool[Pages];
        for (int step = 0; step < 400; step++)
        {
            PageRun run = NextRun(random);
            if (map.IsAllUsed(run))
            {
                map.Add(run);
                Set(model, run, true);
            }
            else if (map.IsAllFree(run))
            {
                map.Remove(run);
                Set(model, run, false);
            }

            if (step % 20 == 0) AssertSame(model, map, random);
        }

        FreeMap copy = map.Copy();
        map.Add(new PageRun(Pages + 100, 1));
        AssertSame(model, copy, random);
        Assert.False(copy.IsFree(Pages + 100));
    }

    [Theory, Seeds(count: 4)]
    public void A_run_is_found_at_every_place_in_the_words_and_of_every_length(int seed)
    {
        Random random = new(seed);
        for (uint count = 1; count <= 200; count++)
        {
            for (uint at = 64; at < 64 + 66; at++)
            {
                FreeMap map = new();
                map.Add(new PageRun(at, count));
                // Shorter runs before and behind, never touching it.
                if (count > 1) map.Add(new PageRun((uint)random.Next(20), Math.Min(count - 1, 40)));
                uint from = (uint)random.Next(0, (int)at + 1);
                Assert.Equal(new PageRun(at, count), map.FindRun(from, at + 1, count));
                Assert.Equal(0u, map.FindRun(from, at, count).Count);
                Assert.Equal(0u, map.FindRun(from, at + count, count + 1).Count);
                Assert.Equal(0u, map.FindRun(at + 1, at + count + 64, count).Count);
            }
        }
    }

    [Theory, Seeds(count: 10)]
    public void The_first_run_that_is_long_enough_is_found(int seed)
    {
        Random random = new(seed);
        FreeMap map = new();
        bool[] model = new bool[Pages];
        for (int page = 0; page < Pages; page++)
        {
            // Long runs of both kinds and short ones.
            bool free = random.Next(6) == 0 ? random.Next(2) == 0 : page > 0 && model[page - 1];
            if (!free) continue;
            map.Add(new PageRun((uint)page, 1));
            model[page] = true;
        }

        for (int trial = 0; trial < 2_000; trial++)
        {
            uint from = (uint)random.Next(Pages + 70);
            uint to = (uint)random.Next(Pages + 70);
            uint count = (uint)(random.Next(3) == 0 ? random.Next(1, 201) : random.Next(1, 12));
            Assert.Equal(FindNaively(model, from, to, count), map.FindRun(from, to, count));
        }
    }

    [Fact]
    public void An_empty_map_has_no_runs()
    {
        FreeMap map = new();
        Assert.Empty(map.Runs());
        Assert.Equal(default, map.FindRun(0, uint.MaxValue, 1));
        Assert.Equal(default, map.NextRun(uint.MaxValue, 5));
        Assert.Equal(0u, map.TailLength(0));
        Assert.Equal(0u, map.TailLength(1_000_000));
    }

    private static PageRun NextRun(Random random)
    {
        uint start = (uint)random.Next(Pages);
        uint most = random.Next(4) == 0 ? 300u : 20u;
        return new PageRun(start, (uint)random.Next(1, (int)Math.Min(most, Pages - start) + 1));
    }

    private static void Set(bool[] model, PageRun run, bool free) =>
        model.AsSpan((int)run.Start, (int)run.Count).Fill(free);

    private static void AssertSame(bool[] model, FreeMap map, Random random)
    {
        Assert.Equal(model.Count(free => free), map.FreeCount);
        List<PageRun> runs = [.. map.Runs()];
        PageRun.Normalize(runs);
        Assert.Equal(runs, map.Runs());
        bool[] seen = new bool[Pages];
        foreach (PageRun run in runs) Set(seen, run, true);
        Assert.Equal(model, seen);
        for (int trial = 0; trial < 30; trial++)
        {
            PageRun run = NextRun(random);
            bool[] part = model[(int)run.Start..(int)run.End];
            Assert.Equal(part.All(free => free), map.IsAllFree(run));
            Assert.Equal(!part.Any(free => free), map.IsAllUsed(run));
            Assert.Equal(model[run.Start], map.IsFree(run.Start));
            Assert.Equal(
                NextNaively(model, run.Start, run.Count), map.NextRun(run.Start, run.Count));
            Assert.Equal(TailNaively(model, run.End), map.TailLength(run.End));
        }
    }

    private static PageRun FindNaively(bool[] model, uint from, uint to, uint count)
    {
        for (uint start = from; start < to && start + count <= Pages; start++)
        {
            if (!model.AsSpan((int)start, (int)count).Contains(false)) return new(start, count);
        }

        return default;
    }

    private static PageRun NextNaively(bool[] model, uint from, uint most)
    {
        int start = Array.IndexOf(model, true, (int)from);
        if (start < 0) return default;
        int end = Array.IndexOf(model, false, start);
        return new((uint)start, (uint)Math.Min((end < 0 ? Pages : end) - start, most));
    }

    private static uint TailNaively(bool[] model, uint end)
    {
        uint length = 0;
        while (length < end && model[end - length - 1]) length++;
        return length;
    }
}
