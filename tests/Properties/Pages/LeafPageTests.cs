using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Properties.Pages;

public sealed class LeafPageTests
{
    [Theory, Seeds(40)]
    public void Leaves_of_4_KiB_agree_with_a_sorted_dictionary(int seed) =>
        Run(new Random(seed), 4096, steps: 600);

    [Theory, Seeds(8)]
    public void Leaves_of_64_KiB_agree_with_a_sorted_dictionary(int seed) =>
        Run(new Random(seed), 65536, steps: 450);

    private static void Run(Random random, int pageBytes, int steps)
    {
        KeySet keys = new(random, PageLimits.KeyBytesMax(pageBytes));
        LeafChain chain = new(pageBytes);
        int valueBytesMax = random.Next(3) switch { 0 => 8, 1 => 200, _ => int.MaxValue };
        for (int step = 0; step < steps; step++)
        {
            int place = random.Next(chain.PageCount);
            switch (random.Next(20))
            {
                case 0:
                    chain.Merge(place);
                    break;
                case 1:
                    chain.Seal(place);
                    break;
                case 2:
                    chain.RemoveRange(place, random.Next(8), random.Next(8));
                    break;
                case 3 or 4 or 5:
                    chain.Remove(keys.Next());
                    break;
                case 6 or 7 when chain.SomeKey(random) is { } key:
                    chain.Remove(key);
                    break;
                case 8 or 9 or 10 when chain.SomeKey(random) is { } key:
                    Put(chain, key, random, pageBytes, valueBytesMax);
                    break;
                default:
                    Put(chain, keys.Next(), random, pageBytes, valueBytesMax);
                    break;
            }

            if (step % 8 == 0) chain.CheckSearch(keys.Next());
            if (step % 150 == 149) chain.CheckAll();
        }
    }

    private static void Put(
        LeafChain chain, byte[] key, Random random, int pageBytes, int valueBytesMax)
    {
        int room = PageLimits.InlineBytesMax(pageBytes) - key.Length;
        (CellKind kind, int length) = random.Next(10) switch
        {
            0 => (CellKind.Extent, ExtentReference.Size),
            1 => (CellKind.Bucket, BucketRecord.Size),
            2 => (CellKind.Inline, room),
            _ => (CellKind.Inline, random.Next(Math.Min(room, valueBytesMax) + 1)),
        };
        byte[] value = new byte[length];
        if (kind == CellKind.Inline) random.NextBytes(value);
        chain.Put(key, kind, value, (SplitBias)random.Next(3));
    }
}
