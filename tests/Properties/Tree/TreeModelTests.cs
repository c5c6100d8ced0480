using System.Buffers.Binary;
using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using KvCow.Tests.Support;
using Xunit;

namespace KvCow.Tests.Properties.Tree;

/// <summary>Makes random changes to a tree and a sorted dictionary: they must agree.</summary>
public sealed class TreeModelTests
{
    private const int BatchCount = 12;

    [Theory, Seeds(30, Shared = true)]
    public void A_tree_agrees_with_a_sorted_dictionary(int seed)
    {
        Random random = new(seed);
        using TreeTestBed bed = new(random.Next(3) == 0 ? 16384 : 4096);
        NastyKeys keys = new(random, bed.Pages.PageBytes);
        int largestValue = NextValueLimit(random, bed.Pages.PageBytes);
        for (int i = 0; i < BatchCount; i++)
        {
            RunBatch(bed, random, keys, largestValue);
            bed.CheckShape();
            if (random.Next(2) == 0) bed.Commit();
            TreeAgreement.Check(bed, random, keys);
        }
    }

    private static void RunBatch(TreeTestBed bed, Random random, NastyKeys keys, int largestValue)
    {
        int steps = random.Next(1, 500);
        switch (random.Next(10))
        {
            case 0:
                for (int i = 0; i < steps; i++) Put(bed, random, NextInOrder(i), largestValue);
                break;
            case 1:
                for (int i = steps; i > 0; i--) Put(bed, random, NextInOrder(i), largestValue);
                break;
            case 2 or 3:
                for (int i = 0; i < steps; i++) bed.Delete(NextPresent(bed, random, keys));
                break;
            case 4 or 5:
                for (int i = 0; i < 4; i++) DeleteRange(bed, random, keys);
                break;
            case 6 when random.Next(4) == 0:
                bed.Clear();
                break;
            case 7:
                for (int i = 0; i < steps; i++) Change(bed, random, keys, largestValue);
                break;
            default:
                for (int i = 0; i < steps; i++) Put(bed, random, keys.Next(), largestValue);
                break;
        }
    }

    private static void Change(TreeTestBed bed, Random random, NastyKeys keys, int largestValue)
    {
        if (random.Next(2) == 0) bed.Delete(NextPresent(bed, random, keys));
        else Put(bed, random, NextPresent(bed, random, keys), largestValue);
    }

    private static void Put(TreeTestBed bed, Random random, byte[] key, int largestValue)
    {
        if (random.Next(30) == 0)
        {
            bed.PutExtent(key);
            return;
        }

        int room = PageLimits.InlineBytesMax(bed.Pages.PageBytes) - key.Length;
        byte[] value = new byte[random.Next(Math.Min(room, largestValue) + 1)];
        random.NextBytes(value);
        bed.Put(key, value);
    }

    private static void DeleteRange(TreeTestBed bed, Random random, NastyKeys keys)
    {
        byte[] from = NextPresent(bed, random, keys);
        byte[] to = NextPresent(bed, random, keys);
        // Wide ranges only now and then, or no tree would ever grow.
        bool wide = random.Next(8) == 0;
        if (!wide && bed.Model.Count > 0)
        {
            byte[][] near = [.. bed.Model.Keys
                .SkipWhile(key => BytesComparer.Instance.Compare(key, from) < 0)
                .Take(random.Next(1, 80))];
            if (near.Length > 0) to = near[^1];
        }

        bed.DeleteRange(from, to, toEnd: wide && random.Next(3) == 0);
    }

    private static byte[] NextPresent(TreeTestBed bed, Random random, NastyKeys keys) =>
        bed.Model.Count == 0 || random.Next(4) == 0
            ? keys.Next()
            : bed.Model.Keys.ElementAt(random.Next(bed.Model.Count));

    private static byte[] NextInOrder(int number)
    {
        byte[] key = new byte[6];
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(2), number);
        return key;
    }

    private static int NextValueLimit(Random random, int pageBytes) => random.Next(4) switch
    {
        0 => 0,
        1 => 20,
        2 => 200,
        _ => PageLimits.InlineBytesMax(pageBytes),
    };
}
