using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>A read transaction that goes to the newest snapshot in place.</summary>
public sealed class RenewTests : IDisposable
{
    private readonly TestDatabase _test = TestDatabase.Create();

    public RenewTests() => _test.Database.Write(tx =>
    {
        WritableBucket bucket = tx.CreateBucket("b");
        bucket.CreateBucket("nested").Put([1], [1]);
        for (byte i = 0; i < 100; i++) bucket.Put([i], [i]);
        bucket.Put("large"u8, new byte[20_000]);
    });

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Buckets_read_the_newest_commit_afterwards_and_not_before()
    {
        using ReadTransaction tx = _test.Database.BeginRead();
        Bucket bucket = tx.OpenBucket("b");
        Bucket nested = bucket.OpenBucket("nested");
        ulong before = tx.Id;
        Write(new byte[] { 7, 7 });
        Assert.Equal([1], bucket.Get([1]));
        Assert.True(tx.Renew());

        Assert.Equal(before + 1, tx.Id);
        Assert.Equal([7, 7], nested.Get([1]));
        Assert.Equal([7, 7], bucket.Get([1]));
        Assert.Equal(5ul, bucket.Sequence);
        Assert.Equal(102, bucket.Count);
        Assert.Equal([7, 7], bucket.Range([1], [2]).First()!.Value.Value);
        Assert.Equal([7, 7], bucket.GetMany([new byte[] { 1 }])[0]);
        Assert.Equal(["b"], tx.ListBucketNames());
    }

    [Fact]
    public void Without_a_commit_in_between_it_is_the_same_snapshot()
    {
        using ReadTransaction tx = _test.Database.BeginRead();
        Assert.False(tx.Renew());
        Bucket bucket = tx.OpenBucket("b");
        Assert.False(tx.Renew());
        Assert.Equal([1], bucket.Get([1]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Cursors_streams_and_pinned_values_end(bool isOther)
    {
        using ReadTransaction tx = _test.Database.BeginRead();
        Bucket bucket = tx.OpenBucket("b");
        PinnedValue pinned = bucket.GetPinned([1])!;
        Stream stream = bucket.GetStream("large"u8)!;
        Cursor cursor = bucket.OpenCursor();
        cursor.MoveToFirst();
        if (isOther) Write([7]);
        Assert.Equal(isOther, tx.Renew());

        Assert.Throws<HandleEndedException>(() => pinned.Span.Length);
        Assert.Throws<HandleEndedException>(() => cursor.MoveNext());
        if (isOther) Assert.Throws<HandleEndedException>(() => stream.ReadByte());
        pinned.Dispose();
        cursor.Dispose();
    }

    [Fact]
    public void A_bucket_that_is_gone_throws_and_comes_back_with_one_of_its_path()
    {
        using ReadTransaction tx = _test.Database.BeginRead();
        Bucket bucket = tx.OpenBucket("b");
        Bucket nested = bucket.OpenBucket("nested");
        _test.Database.Write(write => write.OpenBucket("b").DeleteBucket("nested"));
        tx.Renew();
        Assert.Equal([2], bucket.Get([2]));
        Assert.Throws<HandleEndedException>(() => nested.Get([1]));
        Assert.Throws<HandleEndedException>(() => nested.Count);

        _test.Database.Write(write => write.OpenBucket("b").CreateBucket("nested").Put([1], [8]));
        Assert.Throws<HandleEndedException>(() => nested.Get([1]));
        tx.Renew();
        Assert.Equal([8], nested.Get([1]));
    }

    [Fact]
    public void The_former_snapshot_is_let_go()
    {
        using ReadTransaction tx = _test.Database.BeginRead();
        for (byte round = 0; round < 20; round++)
        {
            Write([round]);
            tx.Renew();
            Assert.Equal(tx.Id, _test.Database.GetStatistics().OldestReaderTransactionId);
        }

        Assert.InRange(_test.Database.GetStatistics().PendingPages, 0, 20);
    }

    [Fact]
    public void After_the_end_of_the_transaction_or_the_database_it_throws()
    {
        ReadTransaction tx = _test.Database.BeginRead();
        tx.Dispose();
        Assert.Throws<HandleEndedException>(() => tx.Renew());
        ReadTransaction left = _test.Database.BeginRead();
        left.OpenBucket("b");
        _test.Reopen();
        Assert.Throws<HandleEndedException>(() => left.Renew());
        left.Dispose();
    }

    private void Write(byte[] value) => _test.Database.Write(tx =>
    {
        WritableBucket bucket = tx.OpenBucket("b");
        bucket.Put([1], value);
        bucket.Put([200], value);
        bucket.SetSequence(5);
        bucket.OpenBucket("nested").Put([1], value);
    });
}
