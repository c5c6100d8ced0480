using KvCow.Tests.Support;

namespace KvCow.Tests.Properties.Buckets;

/// <summary>Many keys looked up together, against each looked up alone.</summary>
public sealed class GetManyTests
{
    [Theory, Seeds(12)]
    public void Many_keys_find_what_each_finds_alone(int seed)
    {
        // The cache's least, far below the data: groups meet evicted pages and borrowed frames.
        using TestDatabase test = TestDatabase.Create(cacheBytes: 1);
        Random random = new(seed);
        List<byte[]> keys = [];
        test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b").CreateBucket("nested");
            int count = seed % 4 == 0 ? 0 : random.Next(1, 3_000);
            for (int i = 0; i < count; i++)
            {
                byte[] key = Keys.Next(random, 0, 12);
                keys.Add(key);
                bucket.Put(key, Keys.NextValue(random, 0, i % 50 == 0 ? 20_000 : 300));
            }
        });
        for (int i = 0; i < 500; i++) keys.Add(Keys.Next(random, 0, 12));
        keys.Add(new byte[5_000]);

        using ReadTransaction tx = test.Database.BeginRead();
        AssertAgrees(tx.OpenBucket("b").OpenBucket("nested"), keys, random);
        using WriteTransaction change = test.Database.BeginWrite();
        WritableBucket dirty = change.OpenBucket("b").OpenBucket("nested");
        for (int i = 0; i < keys.Count; i += 7)
            if (keys[i].Length < 1000) dirty.Put(keys[i], Keys.NextValue(random, 0, 300));
        AssertAgrees(dirty, keys, random);
    }

    [Fact]
    public void The_callback_may_read_and_look_up_many_in_turn_but_not_write()
    {
        using TestDatabase test = TestDatabase.Create();
        using WriteTransaction tx = test.Database.BeginWrite();
        WritableBucket bucket = tx.CreateBucket("b");
        ReadOnlyMemory<byte>[] keys = [new byte[] { 1 }, new byte[] { 2 }, new byte[] { 3 }];
        foreach (ReadOnlyMemory<byte> key in keys) bucket.Put(key.Span, key.Span);
        int sum = 0;
        bucket.GetMany(keys, ref sum, (index, found, value, ref total) =>
        {
            Assert.True(found);
            byte[]?[] inner = bucket.GetMany(keys);
            Assert.Equal(inner[index], value.ToArray());
            Assert.Throws<InvalidOperationException>(() => bucket.Put([9], [9]));
            total += value[0];
        });
        Assert.Equal(6, sum);
        bucket.Put([9], [9]);
    }

    [Fact]
    public void After_the_end_of_the_transaction_it_is_refused_also_for_no_keys()
    {
        using TestDatabase test = TestDatabase.Create();
        test.Database.Write(tx => tx.CreateBucket("b").Put([1], [1]));
        Bucket bucket;
        using (ReadTransaction tx = test.Database.BeginRead()) bucket = tx.OpenBucket("b");
        Assert.Throws<HandleEndedException>(() => bucket.GetMany([]));
    }

    [Fact]
    public void Looking_up_many_allocates_nothing()
    {
        using TestDatabase test = TestDatabase.Create();
        ReadOnlyMemory<byte>[] keys =
            [.. Enumerable.Range(0, 100).Select(i => new ReadOnlyMemory<byte>([(byte)i]))];
        test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            foreach (ReadOnlyMemory<byte> key in keys) bucket.Put(key.Span, key.Span);
        });
        using ReadTransaction tx = test.Database.BeginRead();
        Bucket bucket = tx.OpenBucket("b");
        int bytes = 0;
        void Look() => bucket.GetMany(
            keys, ref bytes, static (_, _, value, ref total) => total += value.Length);
        for (int i = 0; i < 100; i++) Look();
        Assert.Equal(0, Allocated.LeastBy(Look));
    }

    private static void AssertAgrees(Bucket bucket, List<byte[]> keys, Random random)
    {
        byte[][] order = [.. keys];
        random.Shuffle(order);
        byte[]?[] together = bucket.GetMany(
            [.. order.Select(key => new ReadOnlyMemory<byte>(key))]);
        Assert.Equal(order.Length, together.Length);
        for (int i = 0; i < order.Length; i++) Assert.Equal(bucket.Get(order[i]), together[i]);
    }
}
