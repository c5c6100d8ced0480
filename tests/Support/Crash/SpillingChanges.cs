namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Changes more pages in a transaction than may be in memory, some of them more than once, so that
/// they are spilled, taken back and spilled again.
/// </summary>
internal static class SpillingChanges
{
    private const int NumberMax = 350;

    public static void Apply(WriteTransaction tx, ModelBucket model, Random random)
    {
        int rounds = random.Next(1, 4);
        for (int i = 0; i < rounds; i++) ChangeMany(tx, model, random);
        if (random.Next(4) == 0) BucketChanges.Apply(tx, model, random);
    }

    private static void ChangeMany(WriteTransaction tx, ModelBucket model, Random random)
    {
        byte[] name = [(byte)'s', (byte)random.Next(2)];
        WritableBucket bucket = tx.OpenOrCreateBucket(name);
        model.Buckets.TryAdd(name, new ModelBucket());
        ModelBucket copy = model.Buckets[name];
        if (random.Next(20) == 0)
        {
            bucket.Clear();
            copy.Entries.Clear();
        }

        bool ascending = random.Next(3) == 0;
        int number = random.Next(NumberMax);
        for (int count = random.Next(30, 160); count > 0; count--)
        {
            number = ascending ? (number + 1) % NumberMax : random.Next(NumberMax);
            byte[] key = [(byte)(number >> 8), (byte)number];
            if (random.Next(6) == 0)
            {
                bucket.Delete(key);
                copy.Entries.Remove(key);
                continue;
            }

            // Cheap bytes, different each time.
            byte[] value = new byte[random.Next(100, 1000)];
            random.NextBytes(value.AsSpan(0, 16));
            bucket.Put(key, value);
            copy.Entries[key] = value;
        }
    }
}
