using System.Buffers.Binary;
using KvCow.Engine;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>Filling an empty bucket with entries in order.</summary>
public sealed class BulkLoadTests : IDisposable
{
    private readonly TestDatabase _test = TestDatabase.Create();

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(30_000)]
    public void What_was_added_is_there_in_order_and_can_change(int count)
    {
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            WritableBucket bucket = tx.CreateBucket("b");
            Assert.Equal(count, Load(bucket, count));
            AssertHolds(bucket, count);
            bucket.Put(Key(count), Value(count));
            tx.Commit();
        }

        _test.Database.Read(tx => AssertHolds(tx.OpenBucket("b"), count + 1));
        _test.Database.Write(tx => tx.OpenBucket("b").Delete(Key(count)));
        _test.Reopen();
        _test.Database.Read(tx => AssertHolds(tx.OpenBucket("b"), count));
        Assert.Empty(_test.Database.Verify().Findings);
    }

    [Fact]
    public void Large_values_and_long_keys_go_in_too()
    {
        byte[] large = new byte[50_000];
        Random.Shared.NextBytes(large);
        byte[] longest = new byte[_test.Database.KeyBytesMax];
        longest.AsSpan().Fill(0xFF);
        _test.Database.Write(tx => tx.CreateBucket("b").BulkLoad(load =>
        {
            load.Add([], []);
            load.Add([1], large);
            load.Add([1, 0], [5]);
            load.Add(longest, large);
            Assert.Equal(4, load.Count);
        }));
        _test.Database.Read(tx =>
        {
            Bucket bucket = tx.OpenBucket("b");
            Assert.Equal(large, bucket.Get([1]));
            Assert.Equal(large, bucket.Get(longest));
            Assert.Equal(Array.Empty<byte>(), bucket.Get([]));
            Assert.Equal(new byte[] { 5 }, bucket.Get([1, 0]));
        });
    }

    [Fact]
    public void Its_leaves_are_full()
    {
        _test.Database.Write(tx => Load(tx.CreateBucket("b"), 30_000));
        DatabaseStatistics figures = _test.Database.GetStatistics();
        int perLeaf = (4096 - 40) / (4 + 2 + 4 + 4 + 16);
        Assert.Equal((30_000 + perLeaf - 1) / perLeaf, figures.LeafPages - 1);
    }

    [Fact]
    public void A_key_out_of_order_ends_the_transaction_and_leaves_nothing()
    {
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            WritableBucket bucket = tx.CreateBucket("b");
            Assert.Throws<ArgumentException>(() => bucket.BulkLoad(load =>
            {
                for (int i = 0; i < 5000; i++) load.Add(Key(i), Value(i));
                load.Add(Key(4999), []);
            }));
            Assert.Throws<RollbackOnlyException>(() => bucket.Put([1], [1]));
            Assert.Throws<RollbackOnlyException>(() => tx.Commit());
        }

        _test.Database.Read(tx => Assert.False(tx.BucketExists("b")));
        Assert.Empty(_test.Database.Verify().Findings);
    }

    [Fact]
    public void The_transaction_cannot_change_meanwhile_nor_the_load_go_on_afterwards()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket bucket = tx.CreateBucket("b");
        WritableBucket other = tx.CreateBucket("other");
        BulkLoader? kept = null;
        bucket.BulkLoad(load =>
        {
            kept = load;
            load.Add([1], [1]);
            Assert.Throws<InvalidOperationException>(() => other.Put([1], [1]));
            Assert.Equal(0, other.Count);
        });
        Assert.Throws<InvalidOperationException>(() => kept!.Add([2], [2]));
        Assert.Throws<InvalidOperationException>(() => bucket.BulkLoad(_ => { }));
        Assert.Equal(1, bucket.Count);
        tx.Commit();
    }

    [Fact]
    public void A_transaction_that_ends_meanwhile_leaves_nothing()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket bucket = tx.CreateBucket("b");
        Assert.Throws<HandleEndedException>(() => bucket.BulkLoad(load =>
        {
            for (int i = 0; i < 5000; i++) load.Add(Key(i), Value(i));
            tx.Rollback();
            load.Add(Key(5000), []);
        }));
        Assert.Empty(_test.Database.Verify().Findings);
    }

    [Fact]
    public void A_savepoint_undoes_it_and_gives_its_pages_back()
    {
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            WritableBucket bucket = tx.CreateBucket("b");
            using (Savepoint savepoint = tx.CreateSavepoint())
            {
                Load(bucket, 20_000);
                savepoint.Rollback();
            }

            Assert.Equal(0, bucket.Count);
            Load(bucket, 100);
            tx.Commit();
        }

        _test.Database.Read(tx => AssertHolds(tx.OpenBucket("b"), 100));
        DatabaseStatistics figures = _test.Database.GetStatistics();
        Assert.InRange(figures.LeafPages, 1, 20);
        Assert.Empty(_test.Database.Verify().Findings);
    }

    private static long Load(WritableBucket bucket, int count) => bucket.BulkLoad(load =>
    {
        for (int i = 0; i < count; i++) load.Add(Key(i), Value(i));
    });

    private static void AssertHolds(Bucket bucket, int count)
    {
        int found = 0;
        foreach ((ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) in bucket)
        {
            Assert.Equal(Key(found), key);
            Assert.Equal(Value(found), value);
            found++;
        }

        Assert.Equal(count, found);
        Assert.Equal(count, bucket.Count);
        if (count > 0) Assert.Equal(count / 2, bucket.Rank(Key(count / 2)));
    }

    private static byte[] Key(int number)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    private static byte[] Value(int number)
    {
        byte[] value = new byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(value, number);
        return value;
    }
}
