using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Engine.Pages;

public sealed class HeadSearchTests
{
    [Theory, Seeds(10)]
    public void Vectors_count_heads_of_4_bytes_as_halving_does(int seed) =>
        Run<uint>(new Random(seed), random => (uint)random.NextInt64(uint.MaxValue + 1L));

    [Theory, Seeds(10)]
    public void Vectors_count_heads_of_8_bytes_as_halving_does(int seed) =>
        Run<ulong>(new Random(seed), random => (ulong)random.NextInt64() << random.Next(2));

    private static void Run<T>(Random random, Func<Random, T> draw)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>, IMinMaxValue<T>
    {
        const int Offset = 48;
        for (int round = 0; round < 60; round++)
        {
            int count = round < 40 ? random.Next(80) : random.Next(490);
            T[] heads = new T[count];
            bool few = random.Next(2) == 0;
            foreach (ref T head in heads.AsSpan())
                head = few ? T.CreateTruncating(random.Next(9)) : draw(random);
            if (count > 2) (heads[0], heads[1]) = (T.MinValue, T.MaxValue);
            Array.Sort(heads);

            // What lies behind the heads must not matter, nor whether the page ends there.
            int bytes = Offset + (MemoryMarshal.AsBytes(heads.AsSpan()).Length);
            byte[] page = new byte[bytes + (random.Next(2) * 4096)];
            random.NextBytes(page);
            MemoryMarshal.AsBytes(heads.AsSpan()).CopyTo(page.AsSpan(Offset));
            IEnumerable<T> wanted = heads
                .Concat([T.MinValue, T.MaxValue, draw(random), draw(random)])
                .Concat(heads.Where(h => h < T.MaxValue).Select(h => h + T.One));
            foreach (T head in wanted) Check(page, heads, head);
        }

        static void Check(byte[] page, T[] heads, T head)
        {
            int expected = heads.Count(h => h < head);
            Assert.Equal(expected, HeadSearch.CountBelowByHalving<T>(heads, head));
            Assert.Equal(expected, HeadSearch.CountBelow(page, Offset, heads.Length, head));
            if (page.Length < 4096) return;

            ref T first = ref MemoryMarshal.Cast<byte, T>(page.AsSpan(Offset))[0];
            if (Vector256.IsHardwareAccelerated)
                Assert.Equal(expected, HeadSearch.CountBelow256(ref first, heads.Length, head));
            if (Vector512.IsHardwareAccelerated)
                Assert.Equal(expected, HeadSearch.CountBelow512(ref first, heads.Length, head));
        }
    }
}
