using KvCow.Engine.Pages;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

public sealed class BucketWriteTests : IDisposable
{
    private readonly TestDatabase _test = TestDatabase.Create();
    private readonly WriteTransaction _tx;
    private readonly WritableBucket _bucket;

    public BucketWriteTests()
    {
        _tx = _test.Database.BeginWrite();
        _bucket = _tx.CreateBucket("b");
    }

    public void Dispose()
    {
        _tx.Dispose();
        _test.Dispose();
    }

    [Fact]
    public void The_longest_key_fits_and_one_byte_more_is_refused()
    {
        Assert.True(_bucket.Put(new byte[_test.Database.KeyBytesMax], "v"u8));
        KeyTooLongException refusal = Assert.Throws<KeyTooLongException>(
            () => _bucket.Put(new byte[_test.Database.KeyBytesMax + 1], "v"u8));
        Assert.Equal(_test.Database.KeyBytesMax + 1, refusal.KeyBytes);
        Assert.Equal(1, _bucket.Count);
    }

    [Fact]
    public void The_empty_key_is_a_key()
    {
        Assert.True(_bucket.Put(default, "v"u8));
        Assert.Equal("v"u8.ToArray(), _bucket.Get(default));
    }

    [Fact]
    public void A_stream_longer_than_any_value_is_refused_before_it_is_read() =>
        Assert.Throws<ValueTooLongException>(() =>
            _bucket.Put("k"u8, Stream.Null, PageLimits.ValueBytesMax + 1));

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public void A_stream_that_ends_early_stores_nothing(int length)
    {
        Assert.Throws<EndOfStreamException>(
            () => _bucket.Put("k"u8, new MemoryStream(new byte[length - 1]), length));
        Assert.False(_bucket.ContainsKey("k"u8));
        _bucket.Put("k"u8, "v"u8);
        _tx.Commit();
    }

    [Fact]
    public void A_cancelled_stream_stores_nothing() =>
        Assert.Throws<OperationCanceledException>(() => _bucket.Put(
            "k"u8, new MemoryStream(new byte[9000]), 9000, new CancellationToken(canceled: true)));

    [Fact]
    public void A_value_is_copied_from_one_key_to_another_by_streams()
    {
        byte[] value = Keys.NextValue(new Random(1), 300_000, 300_000);
        _bucket.Put("from"u8, value);
        using Stream source = _bucket.GetStream("from"u8)!;
        _bucket.Put("to"u8, source, source.Length);
        Assert.Equal(value, _bucket.Get("to"u8));
    }

    [Fact]
    public void Entries_under_enumeration_may_be_put_into_the_same_bucket()
    {
        for (byte i = 0; i < 200; i++) _bucket.Put([i], new byte[30]);
        foreach ((ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) in _bucket.To([200]))
        {
            _bucket.Put([200, .. key], value);
            _bucket.Put(key, value);
        }

        Assert.Equal(400, _bucket.Count);
    }

    [Fact]
    public void A_write_inside_a_callback_is_refused()
    {
        _bucket.Put("k"u8, "v"u8);
        Assert.Throws<InvalidOperationException>(() => _bucket.TryRead("k"u8, _bucket,
            (value, bucket) => bucket.Put("other"u8, value), out bool _));
        Assert.True(_bucket.Put("other"u8, "v"u8));
    }

    [Fact]
    public void A_rollback_takes_sequence_numbers_back()
    {
        Assert.Equal(1ul, _bucket.NextSequence());
        _bucket.SetSequence(41);
        _tx.Commit();
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            Assert.Equal(42ul, tx.OpenBucket("b").NextSequence());
        }

        Assert.Equal(41ul, _test.Database.Read(tx => tx.OpenBucket("b").Sequence));
    }

    [Fact]
    public void The_last_sequence_number_is_followed_by_an_exception()
    {
        _bucket.SetSequence(ulong.MaxValue);
        Assert.Throws<OverflowException>(() => _bucket.NextSequence());
    }

    [Fact]
    public void Ranges_with_bounds_the_wrong_way_round_are_empty()
    {
        _bucket.Put("b"u8, "v"u8);
        Assert.Equal(0, _bucket.CountRange("c"u8, "a"u8));
        Assert.Equal(0, _bucket.Range("c"u8, "a"u8).Count());
        Assert.Null(_bucket.Range("c"u8, "a"u8).First());
        Assert.Equal(0, _bucket.DeleteRange("c"u8, "a"u8));
        Assert.Equal(1, _bucket.DeleteFrom("a"u8));
    }
}
