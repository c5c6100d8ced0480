using System.Buffers.Binary;
using KvCow.Tests.Support;

namespace KvCow.Tests.Properties.Buckets;

/// <summary>What must not cost the garbage collector anything.</summary>
public sealed class AllocationTests : IDisposable
{
    private const int Entries = 20_000;

    private readonly TestDatabase _test = TestDatabase.Create(cacheBytes: 16 << 20);
    private readonly ReadTransaction _tx;
    private readonly Bucket _bucket;
    private readonly byte[] _destination = new byte[64];

    public AllocationTests()
    {
        _test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            Span<byte> key = stackalloc byte[4];
            for (int i = 0; i < Entries; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(key, i);
                bucket.Put(key, key);
            }
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
    public void Copying_a_short_value_into_a_span_allocates_nothing() =>
        AssertFree(() => _bucket.TryGet([0, 0, 1, 1], _destination, out _));

    [Fact]
    public void Asking_for_a_key_its_length_and_its_rank_allocates_nothing() => AssertFree(() =>
    {
        _bucket.ContainsKey([0, 0, 1, 1]);
        _bucket.TryGetLength([0, 0, 9, 9], out _);
        _bucket.Rank([0, 0, 9, 9]);
        _bucket.CountRange([0, 0, 9, 9], [0, 0, 10, 10]);
    });

    [Fact]
    public void Each_step_of_a_scan_allocates_nothing()
    {
        long few = MeasureScan(10);
        long many = MeasureScan(Entries);
        Assert.Equal(few, many);
    }

    [Fact]
    public void Each_step_of_a_cursor_allocates_nothing()
    {
        using Cursor cursor = _bucket.OpenCursor();
        cursor.MoveToLast();
        AssertFree(() =>
        {
            cursor.MovePrevious();
            _ = cursor.Key.Length + cursor.Value.Length;
        });
    }

    [Fact]
    public void Replacing_a_value_in_a_dirty_page_allocates_nothing()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket bucket = tx.OpenBucket("b");
        AssertFree(() => bucket.Put([0, 0, 1, 1], [9, 9, 9, 9]));
    }

    private static void AssertFree(Action work)
    {
        // The first runs compile the code and fill caches, as with any code.
        for (int i = 0; i < 100; i++) work();
        Assert.Equal(0, Allocated.LeastBy(() =>
        {
            for (int i = 0; i < 1000; i++) work();
        }));
    }

    private long MeasureScan(int count) => Allocated.LeastBy(() => Scan(count));

    private void Scan(int count)
    {
        long bytes = 0;
        foreach (EntryView entry in _bucket)
        {
            bytes += entry.Key.Length + entry.Value.Length;
            if (--count == 0) break;
        }

        Assert.True(bytes > 0);
    }
}
