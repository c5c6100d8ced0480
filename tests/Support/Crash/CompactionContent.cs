namespace KvCow.Tests.Support.Crash;

/// <summary>Something to compact: nested buckets, short and long values, most deleted.</summary>
internal static class CompactionContent
{
    private static readonly byte[][] Names = [[(byte)'a'], [(byte)'n', (byte)'a'], [(byte)'z']];

    public static ModelBucket Fill(Database database, Random random)
    {
        ModelBucket content = new();
        for (int round = 0; round < 6; round++)
        {
            using WriteTransaction tx = database.BeginWrite();
            foreach (byte[] name in Names)
            {
                WritableBucket bucket = tx.OpenOrCreateBucket(name);
                content.Buckets.TryAdd(name, new ModelBucket());
                ModelBucket copy = content.Buckets[name];
                Put(bucket, copy, random, 30);
                WritableBucket nested = bucket.OpenOrCreateBucket(name);
                copy.Buckets.TryAdd(name, new ModelBucket());
                Put(nested, copy.Buckets[name], random, 12);
            }

            tx.Commit();
        }

        return content;
    }

    public static ModelBucket DeleteMost(Database database, ModelBucket content, Random random)
    {
        ModelBucket left = content.Clone();
        using WriteTransaction tx = database.BeginWrite();
        foreach (byte[] name in Names)
        {
            Delete(tx.OpenBucket(name), left.Buckets[name], random);
            Delete(tx.OpenBucket(name).OpenBucket(name), left.Buckets[name].Buckets[name], random);
        }

        tx.Commit();
        return left;
    }

    private static void Put(WritableBucket bucket, ModelBucket copy, Random random, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] key = Keys.NextValue(random, 3, 30);
            int longest = random.Next(12) == 0 ? 20_000 : 400;
            byte[] value = Keys.NextValue(random, 20, longest);
            bucket.Put(key, value);
            copy.Entries[key] = value;
        }
    }

    private static void Delete(WritableBucket bucket, ModelBucket copy, Random random)
    {
        foreach (byte[] key in copy.Entries.Keys.ToArray())
        {
            if (random.Next(5) < 2) continue;
            bucket.Delete(key);
            copy.Entries.Remove(key);
        }
    }
}
