namespace KvCow.Tests.Support.Crash;

/// <summary>Puts and deletes of short values in two buckets, a few in each transaction.</summary>
internal static class SmallChanges
{
    private const int NumberMax = 400;

    public static void Apply(WriteTransaction tx, ModelBucket model, Random random)
    {
        byte[] name = [(byte)('a' + random.Next(2))];
        WritableBucket bucket = tx.OpenOrCreateBucket(name);
        model.Buckets.TryAdd(name, new ModelBucket());
        ModelBucket copy = model.Buckets[name];
        int count = random.Next(4) == 0 ? random.Next(1, 40) : random.Next(1, 4);
        for (int i = 0; i < count; i++) Change(bucket, copy, random);
        if (random.Next(4) == 0) copy.Sequence = bucket.NextSequence();
    }

    /// <summary>One put, delete or delete of a range.</summary>
    public static void Change(WritableBucket bucket, ModelBucket copy, Random random)
    {
        byte[] key = Key(random);
        switch (random.Next(10))
        {
            case < 6:
                byte[] value = Keys.NextValue(random, 0, random.Next(8) == 0 ? 900 : 60);
                bucket.Put(key, value);
                copy.Entries[key] = value;
                break;
            case < 9:
                bucket.Delete(key);
                copy.Entries.Remove(key);
                break;
            default:
                byte[] to = Key(random);
                bucket.DeleteRange(key, to);
                DeleteRange(copy, key, to);
                break;
        }
    }

    private static byte[] Key(Random random)
    {
        int number = random.Next(NumberMax);
        return [(byte)'k', (byte)(number >> 8), (byte)number, (byte)(number * 7)];
    }

    private static void DeleteRange(ModelBucket copy, byte[] from, byte[] to)
    {
        BytesComparer order = BytesComparer.Instance;
        List<byte[]> gone = [.. copy.Entries.Keys.Where(
            key => order.Compare(key, from) >= 0 && order.Compare(key, to) < 0)];
        gone.ForEach(key => copy.Entries.Remove(key));
    }
}
