using System.Buffers;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

public sealed class BucketReadTests : IDisposable
{
    private static readonly byte[] Large = Keys.NextValue(new Random(1), 100_000, 100_000);

    private readonly TestDatabase _test = TestDatabase.Create();
    private readonly ReadTransaction _tx;
    private readonly Bucket _bucket;

    public BucketReadTests()
    {
        _test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            bucket.Put("empty"u8, default);
            bucket.Put("large"u8, Large);
            bucket.Put("short"u8, "value"u8);
        });
        _tx = _test.Database.BeginRead();
        _bucket = _tx.OpenBucket("b");
    }

    public void Dispose()
    {
        _tx.Dispose();
        _test.Dispose();
    }

    [Fact]
    public void Get_copies_the_value_or_says_null()
    {
        Assert.Equal("value"u8.ToArray(), _bucket.Get("short"u8));
        Assert.Equal(Large, _bucket.Get("large"u8));
        Assert.Equal([], _bucket.Get("empty"u8)!);
        Assert.Null(_bucket.Get("missing"u8));
        Assert.Null(_bucket.Get(new byte[10_000]));
    }

    [Fact]
    public void TryGet_copies_into_a_span()
    {
        byte[] destination = new byte[Large.Length];
        Assert.True(_bucket.TryGet("short"u8, destination, out int written));
        Assert.Equal("value"u8, destination.AsSpan(0, written));
        Assert.True(_bucket.TryGet("large"u8, destination, out written));
        Assert.Equal(Large, destination);
        Assert.True(_bucket.TryGet("empty"u8, destination, out written));
        Assert.Equal(0, written);
        Assert.False(_bucket.TryGet("missing"u8, destination, out _));
    }

    [Fact]
    public void TryGet_refuses_a_destination_that_is_too_short()
    {
        Assert.Throws<ArgumentException>(() => _bucket.TryGet("short"u8, new byte[4], out _));
        Assert.Throws<ArgumentException>(() => _bucket.TryGet("large"u8, new byte[9], out _));
        Assert.True(_bucket.ContainsKey("short"u8));
    }

    [Fact]
    public void TryGet_appends_to_a_buffer_writer()
    {
        ArrayBufferWriter<byte> writer = new();
        Assert.True(_bucket.TryGet("short"u8, writer));
        Assert.True(_bucket.TryGet("large"u8, writer));
        Assert.False(_bucket.TryGet("missing"u8, writer));
        Assert.Equal([.. "value"u8, .. Large], writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void TryRead_hands_out_the_value_where_it_lies()
    {
        Assert.True(_bucket.TryRead("short"u8, 7, (value, add) => value.Length + add, out int sum));
        Assert.Equal(12, sum);
        Assert.True(_bucket.TryRead("large"u8, 0, (value, _) => value.ToArray(), out byte[]? copy));
        Assert.Equal(Large, copy);
        Assert.False(_bucket.TryRead("missing"u8, 0, (_, _) => 1, out _));
    }

    [Fact]
    public void A_callback_may_read_the_transaction() =>
        Assert.True(_bucket.TryRead("short"u8, _bucket,
            (_, bucket) => bucket.Get("empty"u8)!.Length, out int _));

    [Fact]
    public void Pinned_values_show_the_stored_bytes()
    {
        using PinnedValue? inline = _bucket.GetPinned("short"u8);
        using PinnedValue? large = _bucket.GetPinned("large"u8);
        using PinnedValue? empty = _bucket.GetPinned("empty"u8);
        Assert.Equal("value"u8, inline!.Span);
        Assert.Equal(Large, large!.Span);
        Assert.Equal(0, empty!.Length);
        Assert.True(empty.Span.IsEmpty);
        Assert.Null(_bucket.GetPinned("missing"u8));
    }

    [Fact]
    public void Parts_of_a_value_are_read_from_any_offset()
    {
        byte[] part = new byte[5000];
        Assert.True(_bucket.TryReadAt("large"u8, 70_001, part, out int read));
        Assert.Equal(5000, read);
        Assert.Equal(Large[70_001..75_001], part);
        Assert.True(_bucket.TryReadAt("large"u8, 99_999, part, out read));
        Assert.Equal(1, read);
        Assert.True(_bucket.TryReadAt("large"u8, 100_000, part, out read));
        Assert.Equal(0, read);
        Assert.True(_bucket.TryReadAt("short"u8, 2, part, out read));
        Assert.Equal("lue"u8, part.AsSpan(0, read));
        Assert.False(_bucket.TryReadAt("missing"u8, 0, part, out _));
    }

    [Fact]
    public void Lengths_are_found_without_the_value()
    {
        Assert.True(_bucket.TryGetLength("large"u8, out long length));
        Assert.Equal(100_000, length);
        Assert.False(_bucket.TryGetLength("missing"u8, out _));
    }

    [Fact]
    public void A_key_equal_to_nothing_has_its_neighbours()
    {
        Assert.Equal("large"u8, _bucket.Below("m"u8)!.Value.Key);
        Assert.Equal("short"u8, _bucket.Above("m"u8)!.Value.Key);
        Assert.Equal("empty"u8, _bucket.Min()!.Value.Key);
        Assert.Equal("short"u8, _bucket.Max()!.Value.Key);
        Assert.Null(_bucket.Above("short"u8));
        Assert.Null(_bucket.Below("empty"u8));
    }

    [Fact]
    public void ElementAt_refuses_an_index_out_of_range()
    {
        Assert.Equal("large"u8, _bucket.ElementAt(1).Key);
        Assert.Throws<ArgumentOutOfRangeException>(() => _bucket.ElementAt(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _bucket.ElementAt(3));
    }

    [Theory]
    [InlineData(16_000, 10)]
    [InlineData(10, 12_000)]
    public void Many_long_keys_or_values_are_looked_up_together_and_not_kept(
        int keyBytes, int valueBytes)
    {
        using TestDatabase test = TestDatabase.Create(65536, 32 << 20);
        ReadOnlyMemory<byte>[] keys = [.. Enumerable.Range(0, 100).Select(NextKey)];
        test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            for (int i = 0; i < keys.Length; i += 2)
                bucket.Put(keys[i].Span, Keys.NextValue(new Random(i), valueBytes, valueBytes));
        });
        using ReadTransaction tx = test.Database.BeginRead();
        for (int round = 0; round < 2; round++)
        {
            byte[]?[] values = tx.OpenBucket("b").GetMany(keys);
            for (int i = 0; i < keys.Length; i++)
            {
                Assert.Equal(i % 2 == 1 ? null
                    : Keys.NextValue(new Random(i), valueBytes, valueBytes), values[i]);
            }
        }

        ReadOnlyMemory<byte> NextKey(int number)
        {
            byte[] key = new byte[keyBytes];
            key[^1] = (byte)number;
            return key;
        }
    }

    [Fact]
    public void Statistics_tell_count_and_depth()
    {
        BucketStatistics statistics = _bucket.GetStatistics();
        Assert.Equal(3, statistics.Count);
        Assert.Equal(1, statistics.Depth);
        Assert.Equal(0, statistics.NestedBucketCount);
    }
}
