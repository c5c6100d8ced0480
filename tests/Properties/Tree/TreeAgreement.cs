using KvCow.Engine.Pages;
using KvCow.Engine.Tree;
using KvCow.Tests.Support;
using Xunit;

namespace KvCow.Tests.Properties.Tree;

/// <summary>Compares every way to read a tree with the sorted dictionary beside it.</summary>
internal static class TreeAgreement
{
    public static void Check(TreeTestBed bed, Random random, NastyKeys keys)
    {
        byte[][] sorted = [.. bed.Model.Keys];
        CheckFind(bed);
        CheckWalks(bed, sorted);
        for (int i = 0; i < 20; i++)
        {
            byte[] key = random.Next(2) == 0 || sorted.Length == 0
                ? keys.Next()
                : sorted[random.Next(sorted.Length)];
            CheckRank(bed, sorted, key);
            CheckSeeks(bed, sorted, key);
            CheckMoves(bed, sorted, random);
        }
    }

    private static void CheckFind(TreeTestBed bed)
    {
        bed.Pages.Enter();
        foreach ((byte[] key, byte[] value) in bed.Model)
        {
            Assert.True(bed.Tree.TryFind(key, out CellValue found));
            Assert.True(found.Bytes.SequenceEqual(value));
        }

        bed.Pages.Exit();
    }

    private static void CheckWalks(TreeTestBed bed, byte[][] sorted)
    {
        using TreeCursor cursor = bed.Tree.OpenCursor();
        List<byte[]> walked = [];
        for (bool on = cursor.MoveToFirst(); on; on = cursor.MoveNext())
        {
            walked.Add(cursor.Key.ToArray());
            Assert.True(cursor.Value.Bytes.SequenceEqual(bed.Model[walked[^1]]));
        }

        Assert.Equal(sorted, walked, BytesComparer.Instance);
        walked.Clear();
        for (bool on = cursor.MoveToLast(); on; on = cursor.MovePrevious())
            walked.Add(cursor.Key.ToArray());
        walked.Reverse();
        Assert.Equal(sorted, walked, BytesComparer.Instance);
    }

    private static void CheckRank(TreeTestBed bed, byte[][] sorted, byte[] key)
    {
        bed.Pages.Enter();
        Assert.Equal((ulong)CountBelow(sorted, key, inclusive: false), bed.Tree.Rank(key));
        bed.Pages.Exit();
    }

    private static void CheckSeeks(TreeTestBed bed, byte[][] sorted, byte[] key)
    {
        using TreeCursor cursor = bed.Tree.OpenCursor();
        foreach (bool inclusive in new[] { false, true })
        {
            int above = CountBelow(sorted, key, !inclusive);
            Assert.Equal(above < sorted.Length, cursor.MoveToAbove(key, inclusive));
            AssertOn(cursor, sorted, above);
            int below = CountBelow(sorted, key, inclusive) - 1;
            Assert.Equal(below >= 0, cursor.MoveToBelow(key, inclusive));
            AssertOn(cursor, sorted, below);
        }
    }

    /// <summary>A short random walk from a random index, over both ends.</summary>
    private static void CheckMoves(TreeTestBed bed, byte[][] sorted, Random random)
    {
        using TreeCursor cursor = bed.Tree.OpenCursor();
        int index = random.Next(sorted.Length + 1);
        Assert.Equal(index < sorted.Length, cursor.MoveToIndex((ulong)index));
        for (int i = 0; i < 40; i++)
        {
            AssertOn(cursor, sorted, index);
            bool next = random.Next(2) == 0;
            index = Math.Clamp(index + (next ? 1 : -1), -1, sorted.Length);
            bool isOn = index >= 0 && index < sorted.Length;
            Assert.Equal(isOn, next ? cursor.MoveNext() : cursor.MovePrevious());
        }
    }

    private static void AssertOn(TreeCursor cursor, byte[][] sorted, int index)
    {
        bool isOn = index >= 0 && index < sorted.Length;
        Assert.Equal(isOn, cursor.IsOnEntry);
        if (isOn) Assert.True(cursor.Key.SequenceEqual(sorted[index]));
    }

    private static int CountBelow(byte[][] sorted, byte[] key, bool inclusive)
    {
        int index = Array.BinarySearch(sorted, key, BytesComparer.Instance);
        return index < 0 ? ~index : inclusive ? index + 1 : index;
    }
}
