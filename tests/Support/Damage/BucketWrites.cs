namespace KvCow.Tests.Support.Damage;

/// <summary>Changes of a database of which nobody knows what it holds.</summary>
internal static class BucketWrites
{
    public static IEnumerable<(string Name, Action<WriteTransaction> Change)> All(Random random) =>
    [
        ("put into all", tx => ForEach(tx, bucket =>
        {
            for (int i = 0; i < 3; i++)
                bucket.Put(Keys.Next(random, 1, 300), new byte[random.Next(300)]);
        })),
        ("delete from all", tx => ForEach(tx, bucket =>
        {
            for (int i = 0; i < 3; i++)
            {
                byte[] key = bucket.Ceiling(Keys.Next(random, 1, 3))?.Key ?? [];
                bucket.Delete(key);
            }
        })),
        ("replace a long value", tx => ForEach(tx, bucket =>
        {
            bucket.Put("a"u8, new byte[random.Next(12_000)]);
            // The file may say that all numbers have been given.
            if (bucket.Sequence < ulong.MaxValue) bucket.NextSequence();
        })),
        ("delete a range", tx => ForEach(tx, bucket =>
            bucket.DeleteRange(Keys.Next(random, 0, 2), [0xFF]))),
        ("clear one", tx =>
        {
            if (Any(tx, random) is { } name) tx.OpenBucket(name).Clear();
        }),
        ("delete one", tx =>
        {
            if (Any(tx, random) is { } name) tx.DeleteBucket(name);
        }),
    ];

    private static byte[]? Any(WriteTransaction tx, Random random)
    {
        IReadOnlyList<byte[]> names = tx.ListBuckets();
        return names.Count == 0 ? null : names[random.Next(names.Count)];
    }

    private static void ForEach(WriteTransaction tx, Action<WritableBucket> change)
    {
        foreach (byte[] name in tx.ListBuckets().Take(8))
        {
            WritableBucket bucket = tx.OpenBucket(name);
            change(bucket);
            foreach (byte[] nested in bucket.ListBuckets().Take(4))
                change(bucket.OpenBucket(nested));
        }
    }
}
