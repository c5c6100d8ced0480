using System.Buffers.Binary;
using KvCow.Engine;
using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>What is read often stays in memory while all is read once. Counts, not times.</summary>
public sealed class ScanResistanceTests : IDisposable
{
    private const int Budget = 2 << 20;
    private const int Entries = 18_000;
    private const int HotPages = 200;
    private const int EntriesPerPage = 4;

    // About 18 MB of pages, more than eight times the budget.
    private readonly TestDatabase _test = TestDatabase.Create(cacheBytes: Budget);

    public ScanResistanceTests() => _test.Database.Write(tx =>
    {
        WritableBucket bucket = tx.CreateBucket("b");
        for (int i = 0; i < Entries; i++) bucket.Put(Key(i), new byte[900]);
    });

    public void Dispose() => _test.Dispose();

    [Fact]
    public void A_scan_leaves_the_hot_pages_in_memory()
    {
        Assert.True(_test.Database.GetStatistics().LiveBytes > 8 * Budget);
        WarmUp();
        Assert.InRange(CountMissesOfHotKeys(), 0, 4);
        Scan();
        Assert.InRange(CountMissesOfHotKeys(), 0, HotPages / 10);
    }

    [Fact]
    public void A_verify_leaves_the_hot_pages_in_memory()
    {
        WarmUp();
        Assert.Empty(_test.Database.Verify().Findings);
        Assert.InRange(CountMissesOfHotKeys(), 0, 4);
    }

    [Fact]
    public void A_large_transaction_leaves_half_of_the_hot_pages_in_memory()
    {
        WarmUp();
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket bucket = tx.CreateBucket("other");
        for (int i = 0; i < Entries; i++) bucket.Put(Key(i), new byte[900]);
        Assert.InRange(CountMissesOfHotKeys(), 0, HotPages / 2);
    }

    [Fact]
    public void Pages_that_become_hot_push_out_those_that_were()
    {
        WarmUp();
        for (int i = 0; i < 20; i++) ReadKeys(from: Entries / 2);
        long before = _test.Database.GetStatistics().CacheMisses;
        ReadKeys(from: Entries / 2);
        Assert.InRange(_test.Database.GetStatistics().CacheMisses - before, 0, HotPages / 20);
    }

    private void WarmUp()
    {
        Scan();
        for (int i = 0; i < 10; i++) ReadKeys(from: 0);
    }

    private long CountMissesOfHotKeys()
    {
        long before = _test.Database.GetStatistics().CacheMisses;
        ReadKeys(from: 0);
        return _test.Database.GetStatistics().CacheMisses - before;
    }

    private void ReadKeys(int from) => _test.Database.Read(tx =>
    {
        Bucket bucket = tx.OpenBucket("b");
        for (int i = 0; i < HotPages; i++)
            Assert.NotNull(bucket.Get(Key(from + (i * EntriesPerPage))));
    });

    private void Scan() => _test.Database.Read(tx =>
    {
        int count = 0;
        foreach (EntryView entry in tx.OpenBucket("b")) count += entry.Key.Length > 0 ? 1 : 0;
        Assert.Equal(Entries, count);
    });

    private static byte[] Key(int number)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }
}
