namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Long values come and go, so that the file grows by extents and gives its tail back.
/// </summary>
internal static class LargeChanges
{
    private const int NumberMax = 8;

    private static readonly byte[] Name = [(byte)'l'];

    public static void Apply(WriteTransaction tx, ModelBucket model, Random random)
    {
        WritableBucket bucket = tx.OpenOrCreateBucket(Name);
        model.Buckets.TryAdd(Name, new ModelBucket());
        ModelBucket copy = model.Buckets[Name];
        if (random.Next(12) == 0)
        {
            bucket.Clear();
            copy.Entries.Clear();
            return;
        }

        int count = random.Next(1, 4);
        for (int i = 0; i < count; i++)
        {
            byte[] key = [(byte)random.Next(NumberMax)];
            if (random.Next(3) == 0)
            {
                bucket.Delete(key);
                copy.Entries.Remove(key);
                continue;
            }

            byte[] value = NextValue(random);
            if (random.Next(2) == 0) bucket.Put(key, value);
            else bucket.Put(key, new MemoryStream(value), value.Length);
            copy.Entries[key] = value;
        }
    }

    /// <summary>
    /// Mostly a few pages; sometimes more than the file has at first, so that it grows within a
    /// run. Cheap bytes, different in every page.
    /// </summary>
    private static byte[] NextValue(Random random)
    {
        int length = random.Next(12) == 0
            ? random.Next(100_000, 300_000)
            : random.Next(1000, 12_000);
        byte[] value = new byte[length];
        random.NextBytes(value.AsSpan(0, 512));
        for (int at = 4096; at < length; at += 4096) value[at] = (byte)random.Next(256);
        return value;
    }
}
