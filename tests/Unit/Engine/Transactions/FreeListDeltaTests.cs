using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Transactions;

public sealed class FreeListDeltaTests
{
    [Theory, Seeds(count: 50)]
    public void Deltas_come_back_as_they_were_and_in_order(int seed)
    {
        Random random = new(seed);
        List<FreeListDelta> deltas = [];
        List<byte> bytes = [];
        for (int i = 0; i < 20; i++)
        {
            FreeListDelta delta = NextDelta(random);
            deltas.Add(delta);
            delta.AppendTo(bytes);
        }

        ReadOnlySpan<byte> rest = bytes.ToArray();
        foreach (FreeListDelta delta in deltas)
        {
            FreeListDelta? read = FreeListDelta.TryRead(ref rest);
            Assert.NotNull(read);
            AssertSame(delta, read);
        }

        Assert.True(rest.IsEmpty);
    }

    [Theory, Seeds(count: 20)]
    public void A_delta_cut_short_is_refused(int seed)
    {
        List<byte> bytes = [];
        NextDelta(new Random(seed)).AppendTo(bytes);
        for (int length = 0; length < bytes.Count; length++)
        {
            ReadOnlySpan<byte> cut = bytes.GetRange(0, length).ToArray();
            Assert.Null(FreeListDelta.TryRead(ref cut));
        }
    }

    [Theory, Seeds(count: 20)]
    public void Hostile_bytes_yield_a_plausible_delta_or_none_and_little_memory(int seed)
    {
        Random random = new(seed);
        for (int trial = 0; trial < 5_000; trial++)
        {
            byte[] bytes = NextHostile(random);
            ReadOnlySpan<byte> rest = bytes;
            FreeListDelta? delta = FreeListDelta.TryRead(ref rest);
            if (delta is not null) AssertPlausible(delta);
            Assert.InRange(AllocatedByReading(bytes), 0, 1024 + (8L * bytes.Length));
        }
    }

    [Fact]
    public void A_count_beyond_the_bytes_present_allocates_nothing_for_it()
    {
        List<byte> bytes = [];
        new FreeListDelta(new(9), new(8), 10, 10, [], []).AppendTo(bytes);
        bytes.RemoveRange(bytes.Count - 2, 2);
        bytes.AddRange([0xFF, 0xFF, 0xFF, 0x7F, 1, 1, 1, 1]);
        ReadOnlySpan<byte> rest = bytes.ToArray();
        Assert.Null(FreeListDelta.TryRead(ref rest));
        Assert.InRange(AllocatedByReading(bytes.ToArray()), 0, 1024);
    }

    private static long AllocatedByReading(byte[] bytes) => Allocated.LeastBy(() =>
    {
        ReadOnlySpan<byte> rest = bytes;
        FreeListDelta.TryRead(ref rest);
    });

    private static byte[] NextHostile(Random random)
    {
        byte[] bytes = new byte[random.Next(200)];
        random.NextBytes(bytes);
        if (random.Next(2) == 0) return bytes;

        // A delta with some bytes changed gets further than noise.
        List<byte> real = [];
        NextDelta(random).AppendTo(real);
        for (int i = random.Next(1, 4); i > 0; i--)
            real[random.Next(real.Count)] = (byte)random.Next(256);
        return [.. real];
    }

    private static FreeListDelta NextDelta(Random random)
    {
        ulong id = (ulong)random.NextInt64(1, random.Next(3) == 0 ? long.MaxValue : 1000);
        ulong step = random.Next(3) == 0 ? id : Math.Min(id, 1);
        return new FreeListDelta(new(id), new(id - step), (uint)random.Next(), (uint)random.Next(),
            NextRuns(random), NextRuns(random));
    }

    private static List<PageRun> NextRuns(Random random)
    {
        List<PageRun> runs = [];
        uint end = 0;
        for (int i = random.Next(12); i > 0; i--)
        {
            uint start = end + (uint)random.Next(random.Next(5) == 0 ? 100_000_000 : 100);
            uint count = (uint)random.Next(1, random.Next(5) == 0 ? 1_000_000 : 10);
            runs.Add(new PageRun(start, count));
            end = start + count;
        }

        return runs;
    }

    private static void AssertSame(FreeListDelta expected, FreeListDelta actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        Assert.Equal(expected.Previous, actual.Previous);
        Assert.Equal(expected.PageCountBefore, actual.PageCountBefore);
        Assert.Equal(expected.PageCount, actual.PageCount);
        Assert.Equal(expected.Taken, actual.Taken);
        Assert.Equal(expected.Freed, actual.Freed);
    }

    private static void AssertPlausible(FreeListDelta delta)
    {
        Assert.True(delta.Previous < delta.Id);
        Assert.InRange(delta.PageCount, 0u, (uint)PageLimits.PageCountMax);
        Assert.InRange(delta.PageCountBefore, 0u, (uint)PageLimits.PageCountMax);
        foreach (IReadOnlyList<PageRun> runs in new[] { delta.Taken, delta.Freed })
        {
            uint end = 0;
            foreach (PageRun run in runs)
            {
                Assert.True(run.Count > 0 && run.Start >= end && run.End > run.Start);
                Assert.True(run.End <= PageLimits.PageCountMax);
                end = run.End;
            }
        }
    }
}
