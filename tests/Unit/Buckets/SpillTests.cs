using System.Buffers.Binary;
using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>Transactions that change more pages than fit in their part of the memory.</summary>
public sealed class SpillTests : IDisposable
{
    private const int Budget = 1 << 20;

    /// <summary>Frames that a single operation may need beyond the budget.</summary>
    private const int Slack = 32 * 4096;

    private readonly TestDatabase _test = TestDatabase.Create(cacheBytes: Budget);

    public void Dispose() => _test.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_transaction_ten_times_the_budget_stays_within_it(bool ascending)
    {
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            WritableBucket bucket = tx.CreateBucket("b");
            for (int i = 0; i < 10_000; i++)
            {
                bucket.Put(Key(ascending ? i : i * 7919 % 10_000), Value(i));
                if (i % 50 == 0) AssertWithinBudget();
            }

            Assert.Equal(10_000, bucket.Count);
            Assert.Equal(10_000, CountByScan(bucket));
            tx.Commit();
        }

        AssertWithinBudget();
        DatabaseStatistics figures = _test.Database.GetStatistics();
        Assert.Equal(0, figures.DirtyBytes);
        Assert.True(figures.LiveBytes > 9 * Budget);
        for (int i = 0; i < 10_000; i += 97)
            Assert.Equal(Value(i), Get(Key(ascending ? i : i * 7919 % 10_000)));
    }

    [Fact]
    public void Pages_changed_again_and_again_take_no_more_room_than_once()
    {
        Random random = new(1);
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket bucket = tx.CreateBucket("b");
        for (int i = 0; i < 4000; i++) bucket.Put(Key(i), Value(i));
        for (int i = 0; i < 8000; i++) bucket.Put(Key(random.Next(4000)), Value(i));
        tx.Commit();
        DatabaseStatistics figures = _test.Database.GetStatistics();
        Assert.InRange(figures.FileBytes, figures.LiveBytes, 2 * figures.LiveBytes);
    }

    [Fact]
    public void A_rollback_gives_every_place_back()
    {
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            WritableBucket bucket = tx.CreateBucket("b");
            for (int i = 0; i < 4000; i++) bucket.Put(Key(i), Value(i));
        }

        DatabaseStatistics figures = _test.Database.GetStatistics();
        Assert.Equal(0, figures.DirtyBytes);
        Assert.InRange(figures.LiveBytes, 0, 16 * 4096);
        Assert.Empty(_test.Database.Verify().Findings);
    }

    [Fact]
    public void A_transaction_open_at_the_close_leaves_nothing_behind()
    {
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            WritableBucket bucket = tx.CreateBucket("b");
            for (int i = 0; i < 4000; i++) bucket.Put(Key(i), Value(i));
            _test.Reopen();
            Assert.Throws<HandleEndedException>(() => bucket.Put(Key(1), Value(1)));
        }

        Assert.InRange(_test.Database.GetStatistics().LiveBytes, 0, 16 * 4096);
        Assert.Empty(_test.Database.Verify().Findings);
    }

    [Fact]
    public void Spilled_pages_are_counted_as_others_are()
    {
        _test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            for (int i = 0; i < 4000; i++) bucket.Put(Key(i), Value(i));
            for (int i = 0; i < 4000; i += 3) bucket.Delete(Key(i));
        });
        DatabaseStatistics figures = _test.Database.GetStatistics();
        long pages = figures.LeafPages + figures.BranchPages + figures.FreeListPages;
        Assert.Equal(figures.LiveBytes / figures.PageBytes - 2, pages);
    }

    [Fact]
    public void A_full_disk_leaves_the_transaction_good_for_rollback_only()
    {
        _test.Database.Write(tx => tx.CreateBucket("b").Put(Key(1), Value(1)));
        _test.Disk.CapacityBytes = 3 << 20;
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            WritableBucket bucket = tx.OpenBucket("b");
            Assert.Throws<DatabaseFullException>(() =>
            {
                for (int i = 0; i < 100_000; i++) bucket.Put(Key(i), Value(i));
            });
            Assert.Throws<RollbackOnlyException>(() => bucket.Put(Key(1), Value(2)));
            Assert.Throws<RollbackOnlyException>(tx.Commit);
        }

        Assert.Equal(Value(1), Get(Key(1)));
        _test.Database.Write(tx => tx.OpenBucket("b").Put(Key(2), Value(2)));
        _test.Disk.CapacityBytes = null;
    }

    [Fact]
    public void A_failed_write_of_a_spilled_page_latches_the_database()
    {
        _test.Database.Write(tx => tx.CreateBucket("b").Put(Key(1), Value(1)));
        using (WriteTransaction tx = _test.Database.BeginWrite())
        {
            WritableBucket bucket = tx.OpenBucket("b");
            _test.Disk.Faults.Fail(DiskOperation.Write, 1);
            Assert.Throws<DatabaseFailedException>(() =>
            {
                for (int i = 0; i < 10_000; i++) bucket.Put(Key(i), Value(i));
            });
        }

        Assert.Throws<DatabaseFailedException>(() => _test.Database.BeginWrite());
        Assert.Equal(Value(1), Get(Key(1)));
    }

    [Fact]
    public void Cursors_and_pinned_values_outlive_the_spilling_of_their_pages()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket still = tx.CreateBucket("still");
        for (int i = 0; i < 2000; i++) still.Put(Key(i), Value(i));
        WritableBucket busy = tx.CreateBucket("busy");
        using WritableCursor cursor = still.OpenCursor();
        using PinnedValue pinned = still.GetPinned(Key(1999))!;
        for (int i = 0; i < 2000; i++)
        {
            busy.Put(Key(i * 37 % 2000), Value(i));
            Assert.True(cursor.MoveNext());
            Assert.True(cursor.Key.SequenceEqual(Key(i)));
            Assert.True(cursor.Value.SequenceEqual(Value(i)));
        }

        Assert.False(cursor.MoveNext());
        Assert.True(cursor.MovePrevious());
        Assert.Equal(Value(1999), pinned.Span.ToArray());
        tx.Commit();
    }

    [Fact]
    public void Buckets_move_and_go_while_pages_are_spilled()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        for (int i = 0; i < 400; i++)
        {
            WritableBucket bucket = tx.CreateBucket(Key(i));
            WritableBucket nested = bucket.CreateBucket("n");
            for (int k = 0; k < 20; k++) nested.Put(Key(k), Value(k));
            if (i % 4 == 1) bucket.MoveBucket("n", tx.OpenBucket(Key(i - 1)), "moved");
            if (i % 4 == 3) tx.DeleteBucket(Key(i - 1));
        }

        tx.Commit();
        _test.Database.Read(read =>
        {
            Assert.Equal(300, read.ListBuckets().Count);
            Assert.Equal(20, read.OpenBucket(Key(0)).OpenBucket("moved").Count);
            Assert.Equal(20, read.OpenBucket(Key(399)).OpenBucket("n").Count);
        });
    }

    private byte[]? Get(byte[] key) => _test.Database.Read(tx => tx.OpenBucket("b").Get(key));

    private void AssertWithinBudget()
    {
        DatabaseStatistics figures = _test.Database.GetStatistics();
        Assert.Equal(Budget, figures.BudgetBytes);
        Assert.InRange(figures.CacheBytes + figures.DirtyBytes, 1, Budget + Slack);
    }

    private static int CountByScan(WritableBucket bucket)
    {
        int count = 0;
        foreach (EntryView entry in bucket)
        {
            Assert.Equal(count, BinaryPrimitives.ReadInt32BigEndian(entry.Key));
            count++;
        }

        return count;
    }

    private static byte[] Key(int number)
    {
        byte[] key = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(key, number);
        return key;
    }

    private static byte[] Value(int number)
    {
        byte[] value = new byte[900];
        value.AsSpan().Fill((byte)number);
        BinaryPrimitives.WriteInt32BigEndian(value, number);
        return value;
    }
}
