using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Buckets;

public sealed class MemoryBudgetTests
{
    private const int Whole = 8 << 20;

    private readonly MemoryBudget _budget = new(Whole);

    [Fact]
    public void Databases_share_it_in_equal_parts()
    {
        using Database first = Open();
        Fill(first);
        Assert.Equal(Whole, first.GetStatistics().BudgetBytes);
        Assert.True(first.GetStatistics().CacheBytes > Whole / 2);
        using (Database second = Open())
        {
            Fill(second);
            Assert.Equal(2, _budget.DatabaseCount);
            Assert.Equal(Whole / 2, first.GetStatistics().BudgetBytes);
            Assert.InRange(first.GetStatistics().CacheBytes, 1, Whole / 2);
            Assert.InRange(second.GetStatistics().CacheBytes, Whole / 4, Whole / 2);
            AssertHolds(first);
            AssertHolds(second);
        }

        Assert.Equal(1, _budget.DatabaseCount);
        Assert.Equal(Whole, first.GetStatistics().BudgetBytes);
        AssertHolds(first);
        Assert.InRange(first.GetStatistics().CacheBytes, (Whole / 2) + 1, Whole);
        Assert.Empty(first.Verify().Findings);
    }

    [Fact]
    public void A_transaction_under_way_makes_room_at_its_next_change()
    {
        using Database first = Open();
        using WriteTransaction tx = first.BeginWrite();
        WritableBucket bucket = tx.CreateBucket("b");
        while (first.GetStatistics().DirtyBytes < (Whole / 2) - (1 << 18)) Put(bucket);
        using Database second = Open();
        Put(bucket);
        DatabaseStatistics figures = first.GetStatistics();
        Assert.InRange(figures.CacheBytes + figures.DirtyBytes, 1, Whole / 2);
        tx.Commit();
        Assert.Empty(first.Verify().Findings);
    }

    [Fact]
    public void It_refuses_parts_that_are_too_small()
    {
        List<Database> databases = [];
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() =>
        {
            for (int i = 0; i < 1000; i++) databases.Add(Open());
        });
        Assert.Contains("too small", refused.Message, StringComparison.Ordinal);
        Assert.InRange(databases.Count, 8, 32);
        Assert.Equal(databases.Count, _budget.DatabaseCount);
        foreach (Database database in databases)
        {
            database.Write(tx => Put(tx.CreateBucket("b")));
            database.Dispose();
        }

        Assert.Equal(0, _budget.DatabaseCount);
    }

    [Fact]
    public void It_has_a_least_size()
    {
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new MemoryBudget(MemoryBudget.BytesMin - 1));
        Assert.InRange(MemoryBudget.BytesDefault, MemoryBudget.BytesMin, 256 << 20);
    }

    private Database Open() => Database.Open(
        new SimulatedDisk().OpenStorage(), new StoreOptions { Budget = _budget });

    private static void Fill(Database database)
    {
        database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            for (int i = 0; i < 10_000; i++) Put(bucket);
        });
        AssertHolds(database);
    }

    private static void Put(WritableBucket bucket)
    {
        byte[] value = new byte[900];
        value.AsSpan().Fill((byte)bucket.Count);
        bucket.Put(BitConverter.GetBytes((int)bucket.Count * 7919), value);
    }

    private static void AssertHolds(Database database)
    {
        using ReadTransaction tx = database.BeginRead();
        int count = 0;
        foreach (EntryView entry in tx.OpenBucket("b"))
        {
            int number = BitConverter.ToInt32(entry.Key) / 7919;
            Assert.Equal(-1, entry.Value.IndexOfAnyExcept((byte)number));
            count++;
        }

        Assert.Equal(10_000, count);
    }
}
