using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

public sealed class ValueStreamTests : IDisposable
{
    private readonly TestDatabase _test = TestDatabase.Create();
    private readonly ReadTransaction _tx;

    public ValueStreamTests()
    {
        _test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            foreach (int length in (int[])[0, 10, 4000, 1_000_000])
            {
                byte[] value = Keys.NextValue(new Random(length), length, length);
                bucket.Put(BitConverter.GetBytes(length), new MemoryStream(value), length);
            }
        });
        _tx = _test.Database.BeginRead();
    }

    public void Dispose()
    {
        _tx.Dispose();
        _test.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(4000)]
    [InlineData(1_000_000)]
    public async Task A_stream_returns_the_bytes_that_went_in(int length)
    {
        byte[] expected = Keys.NextValue(new Random(length), length, length);
        using Stream stream = Open(length);
        Assert.Equal(length, stream.Length);
        MemoryStream copy = new();
        stream.CopyTo(copy);
        Assert.Equal(expected, copy.ToArray());
        Assert.Equal(0, stream.Read(new byte[1]));

        stream.Position = 0;
        byte[] again = new byte[length];
        await stream.ReadExactlyAsync(again);
        Assert.Equal(expected, again);
    }

    [Fact]
    public void A_stream_seeks_to_any_place()
    {
        byte[] expected = Keys.NextValue(new Random(1_000_000), 1_000_000, 1_000_000);
        using Stream stream = Open(1_000_000);
        Random random = new(1);
        for (int i = 0; i < 100; i++)
        {
            int at = random.Next(1_000_000);
            SeekOrigin origin = (SeekOrigin)random.Next(3);
            long start = origin == SeekOrigin.Begin ? 0
                : origin == SeekOrigin.End ? stream.Length
                : stream.Position;
            Assert.Equal(at, stream.Seek(at - start, origin));
            Assert.Equal(expected[at], stream.ReadByte());
        }

        Assert.Throws<IOException>(() => stream.Seek(-1, SeekOrigin.Begin));
        Assert.Throws<ArgumentOutOfRangeException>(() => stream.Seek(0, (SeekOrigin)3));
        stream.Position = stream.Length;
        Assert.Equal(-1, stream.ReadByte());
    }

    [Fact]
    public async Task A_read_that_was_given_up_before_it_began_reads_nothing()
    {
        using Stream stream = Open(10);
        CancellationToken givenUp = new(canceled: true);
        await Assert.ThrowsAsync<TaskCanceledException>(
            async () => await stream.ReadExactlyAsync(new byte[4], givenUp));
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public void A_stream_only_reads()
    {
        using Stream stream = Open(10);
        Assert.False(stream.CanWrite);
        Assert.Throws<NotSupportedException>(() => stream.WriteByte(1));
        Assert.Throws<NotSupportedException>(() => stream.SetLength(1));
    }

    [Fact]
    public void A_disposed_stream_throws()
    {
        Stream stream = Open(10);
        stream.Dispose();
        Assert.Throws<HandleEndedException>(() => stream.ReadByte());
    }

    [Fact]
    public void There_is_no_stream_for_a_missing_key() =>
        Assert.Null(_tx.OpenBucket("b").GetStream("missing"u8));

    private Stream Open(int length) =>
        _tx.OpenBucket("b").GetStream(BitConverter.GetBytes(length))!;
}
