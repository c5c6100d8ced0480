using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

public sealed class NestedBucketTests : IDisposable
{
    private readonly TestDatabase _test = TestDatabase.Create();

    public void Dispose() => _test.Dispose();

    [Fact]
    public void Names_and_keys_never_meet()
    {
        _test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            bucket.Put("same"u8, "value"u8);
            bucket.CreateBucket("same").Put("k"u8, "v"u8);
            Assert.Equal(1, bucket.Count);
            Assert.Equal("value"u8.ToArray(), bucket.Get("same"u8));
        });
        _test.Database.Read(tx =>
            Assert.Equal("v"u8.ToArray(), tx.OpenBucket("b").OpenBucket("same").Get("k"u8)));
    }

    [Fact]
    public void Buckets_nest_a_thousand_deep_and_are_deleted_at_once()
    {
        _test.Database.Write(tx =>
        {
            WritableBucket at = tx.CreateBucket("top");
            for (int i = 0; i < 1000; i++)
            {
                at = at.CreateBucket("n");
                at.Put("k"u8, new byte[5000]);
            }
        });
        _test.Reopen();
        _test.Database.Write(tx =>
        {
            WritableBucket at = tx.OpenBucket("top");
            for (int i = 0; i < 1000; i++) at = at.OpenBucket("n");
            Assert.Equal(1, at.Count);
            Assert.True(tx.DeleteBucket("top"));
        });
        DatabaseStatistics statistics = _test.Database.GetStatistics();
        Assert.Equal(0, statistics.LeafPages + statistics.OverflowPages);
    }

    [Fact]
    public void Create_refuses_a_taken_name_and_open_a_missing_one()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket bucket = tx.CreateBucket("a").CreateBucket("b");
        Assert.Equal("a/b", bucket.Path);
        Assert.Equal("b", bucket.Name);
        Assert.Equal("a/b", Assert.Throws<BucketExistsException>(
            () => tx.OpenBucket("a").CreateBucket("b")).Bucket);
        Assert.Equal("a/c", Assert.Throws<BucketNotFoundException>(
            () => tx.OpenBucket("a").OpenBucket("c")).Bucket);
        Assert.Null(tx.TryOpenBucket("c"));
        Assert.False(tx.DeleteBucket("c"));
        tx.OpenOrCreateBucket("c").OpenOrCreateBucket("d");
        Assert.Equal(["a", "c"], tx.ListBucketNames());
    }

    [Fact]
    public void Empty_and_too_long_names_are_refused()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        Assert.Throws<ArgumentException>(() => tx.CreateBucket(""));
        Assert.Throws<KeyTooLongException>(
            () => tx.CreateBucket(new byte[_test.Database.KeyBytesMax + 1]));
        tx.CreateBucket(new byte[_test.Database.KeyBytesMax]);
        tx.Commit();
    }

    [Fact]
    public void A_moved_bucket_keeps_its_handles_and_content()
    {
        _test.Database.Write(tx => tx.CreateBucket("a").CreateBucket("b").Put("k"u8, "1"u8));
        _test.Database.Write(tx =>
        {
            WritableBucket moved = tx.OpenBucket("a").OpenBucket("b");
            moved.Put("l"u8, "2"u8);
            tx.OpenBucket("a").MoveBucket("b", tx.CreateBucket("c"), "d");
            moved.Put("m"u8, "3"u8);
            Assert.Equal("c/d", moved.Path);
            Assert.False(tx.OpenBucket("a").BucketExists("b"));
            Assert.Equal(3, tx.OpenBucket("c").OpenBucket("d").Count);
            tx.OpenBucket("c").MoveBucketToTop("d", "e");
            tx.RenameBucket("e", "f");
        });
        _test.Database.Read(tx =>
        {
            Assert.Equal(["a", "c", "f"], tx.ListBucketNames());
            Assert.Equal(3, tx.OpenBucket("f").Count);
        });
    }

    [Fact]
    public void A_bucket_moves_neither_into_itself_nor_over_another()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket a = tx.CreateBucket("a");
        WritableBucket deep = a.CreateBucket("b").CreateBucket("c");
        tx.CreateBucket("taken");
        Assert.Throws<ArgumentException>(() => tx.MoveBucket("a", a, "x"));
        Assert.Throws<ArgumentException>(() => tx.MoveBucket("a", deep, "x"));
        Assert.Throws<BucketExistsException>(() => tx.RenameBucket("a", "taken"));
        Assert.Throws<BucketNotFoundException>(() => tx.RenameBucket("missing", "x"));
        tx.RenameBucket("a", "a");
        tx.Commit();
    }

    [Fact]
    public void A_bucket_does_not_move_to_another_transaction()
    {
        using TestDatabase other = TestDatabase.Create();
        using WriteTransaction tx = _test.Database.BeginWrite();
        using WriteTransaction foreign = other.Database.BeginWrite();
        tx.CreateBucket("a");
        Assert.Throws<ArgumentException>(
            () => tx.MoveBucket("a", foreign.CreateBucket("b"), "a"));
    }

    [Fact]
    public void A_bucket_deleted_and_created_again_is_empty()
    {
        _test.Database.Write(tx => tx.CreateBucket("a").CreateBucket("b").Put("k"u8, "v"u8));
        _test.Database.Write(tx =>
        {
            WritableBucket old = tx.OpenBucket("a").OpenBucket("b");
            old.Put("l"u8, new byte[20_000]);
            tx.DeleteBucket("a");
            Assert.Equal(0, tx.CreateBucket("a").Count);
            Assert.Throws<HandleEndedException>(() => old.Get("k"u8));
            Assert.Empty(tx.OpenBucket("a").ListBuckets());
        });
    }
}
