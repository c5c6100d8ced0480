using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

public sealed class SavepointTests : IDisposable
{
    private readonly TestDatabase _test = TestDatabase.Create();
    private readonly WriteTransaction _tx;
    private readonly WritableBucket _bucket;

    public SavepointTests()
    {
        _test.Database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("b");
            for (byte i = 0; i < 100; i++) bucket.Put([i], [i]);
            bucket.CreateBucket("nested").Put([1], [1]);
            bucket.NextSequence();
        });
        _tx = _test.Database.BeginWrite();
        _bucket = _tx.OpenBucket("b");
    }

    public void Dispose()
    {
        _tx.Dispose();
        _test.Dispose();
    }

    [Fact]
    public void A_rollback_restores_entries_and_sequence_and_can_be_repeated()
    {
        _bucket.Put([1], [11]);
        using Savepoint savepoint = _tx.CreateSavepoint();
        for (int i = 0; i < 2; i++)
        {
            _bucket.Put([1], [12]);
            _bucket.Delete([2]);
            Assert.Equal(2ul, _bucket.NextSequence());
            savepoint.Rollback();
            Assert.Equal([11], _bucket.Get([1]));
            Assert.Equal([2], _bucket.Get([2]));
            Assert.Equal(100, _bucket.Count);
            Assert.Equal(1ul, _bucket.Sequence);
        }

        savepoint.Release();
        _tx.Commit();
        Assert.Equal([11], _test.Database.Read(tx => tx.OpenBucket("b").Get([1])));
    }

    [Fact]
    public void Disposed_without_release_it_rolls_back()
    {
        using (_tx.CreateSavepoint()) _bucket.Clear();
        Assert.Equal(100, _bucket.Count);
        using (Savepoint savepoint = _tx.CreateSavepoint())
        {
            _bucket.Delete([1]);
            savepoint.Release();
        }

        Assert.Equal(99, _bucket.Count);
    }

    [Fact]
    public void A_commit_releases_what_is_open()
    {
        using Savepoint outer = _tx.CreateSavepoint();
        _bucket.Put([200], [1]);
        using Savepoint inner = _tx.CreateSavepoint();
        _bucket.Put([201], [1]);
        _tx.Commit();
        Assert.Equal(102, _test.Database.Read(tx => tx.OpenBucket("b").Count));
        Assert.Throws<HandleEndedException>(inner.Rollback);
    }

    [Fact]
    public void The_end_of_one_ends_those_within()
    {
        Savepoint outer = _tx.CreateSavepoint();
        Savepoint inner = _tx.CreateSavepoint();
        outer.Rollback();
        Assert.Throws<HandleEndedException>(inner.Rollback);
        Assert.Throws<HandleEndedException>(inner.Release);
        inner.Dispose();
        inner = _tx.CreateSavepoint();
        outer.Release();
        Assert.Throws<HandleEndedException>(inner.Release);
        Assert.Throws<HandleEndedException>(outer.Rollback);
        outer.Dispose();
        _bucket.Put([1], [2]);
    }

    [Fact]
    public void A_rollback_restores_buckets_and_their_handles()
    {
        WritableBucket nested = _bucket.OpenBucket("nested");
        using Savepoint savepoint = _tx.CreateSavepoint();
        WritableBucket made = _tx.CreateBucket("made");
        made.Put([1], [1]);
        _tx.RenameBucket("b", "c");
        _bucket.DeleteBucket("nested");
        Assert.Throws<HandleEndedException>(() => nested.Get([1]));
        savepoint.Rollback();

        Assert.Equal(["b"], _tx.ListBucketNames());
        Assert.Equal([1], nested.Get([1]));
        Assert.True(nested.Put([2], [2]));
        Assert.Throws<HandleEndedException>(() => made.Get([1]));
        Assert.Throws<HandleEndedException>(() => made.Put([1], [1]));
        Assert.Equal(2, _tx.OpenBucket("b").OpenBucket("nested").Count);
    }

    [Fact]
    public void A_bucket_first_used_after_the_savepoint_stays_usable()
    {
        using Savepoint savepoint = _tx.CreateSavepoint();
        WritableBucket nested = _bucket.OpenBucket("nested");
        nested.Put([1], [9]);
        _bucket.MoveBucketToTop("nested", "top");
        Savepoint inner = _tx.CreateSavepoint();
        _tx.DeleteBucket("top");
        inner.Release();
        savepoint.Rollback();
        Assert.Equal([1], nested.Get([1]));
        nested.Put([3], [3]);
        Assert.Equal(2, _bucket.OpenBucket("nested").Count);
    }

    [Fact]
    public void A_cursor_keeps_its_place_by_the_key()
    {
        using WritableCursor cursor = _bucket.OpenCursor();
        cursor.SeekExact([50]);
        using Savepoint savepoint = _tx.CreateSavepoint();
        _bucket.DeleteRange([40], [60]);
        Assert.False(cursor.IsOnEntry);
        savepoint.Rollback();
        Assert.Equal([50], cursor.Key.ToArray());
        Assert.True(cursor.MoveNext());
        Assert.Equal([51], cursor.Key.ToArray());
    }

    [Fact]
    public void A_pinned_value_ends_only_if_its_bucket_had_changed()
    {
        WritableBucket other = _tx.CreateBucket("other");
        other.Put([1], [7]);
        using PinnedValue same = other.GetPinned([1])!;
        using PinnedValue changed = _bucket.GetPinned([1])!;
        using Savepoint savepoint = _tx.CreateSavepoint();
        _bucket.Put([1], [8]);
        savepoint.Rollback();
        Assert.Equal([7], same.Span.ToArray());
        Assert.Throws<HandleEndedException>(() => changed.Span.Length);
    }

    [Fact]
    public void A_rollback_gives_places_of_long_values_back()
    {
        _bucket.Put("old"u8, new byte[200_000]);
        using (_tx.CreateSavepoint())
        {
            _bucket.Delete("old"u8);
            for (byte i = 0; i < 8; i++) _bucket.Put([i], new byte[200_000]);
        }

        Assert.Equal(200_000, _bucket.Get("old"u8)!.Length);
        _tx.Commit();
        Assert.Equal(50, _test.Database.GetStatistics().OverflowPages);
    }

    [Fact]
    public void After_a_failure_half_way_only_the_transaction_can_go_back()
    {
        using Savepoint savepoint = _tx.CreateSavepoint();
        _test.Disk.Faults.Fail(null, 1, lasting: true);
        Assert.Throws<DatabaseFailedException>(() => _bucket.Put([1], new byte[100_000]));
        _test.Disk.Faults.Clear();
        Assert.Throws<RollbackOnlyException>(savepoint.Rollback);
        Assert.Throws<RollbackOnlyException>(() => _tx.CreateSavepoint());
    }
}
