using KvCow.Tests.Support;

namespace KvCow.Tests.Unit.Buckets;

/// <summary>Whatever is used after its end throws; nothing returns other bytes.</summary>
public sealed class StaleHandleTests : IDisposable
{
    private readonly TestDatabase _test = TestDatabase.Create();

    public StaleHandleTests() => _test.Database.Write(tx =>
    {
        WritableBucket bucket = tx.CreateBucket("b");
        bucket.CreateBucket("nested");
        for (byte i = 0; i < 100; i++) bucket.Put([i], [i]);
        bucket.Put("large"u8, new byte[20_000]);
    });

    public void Dispose() => _test.Dispose();

    [Fact]
    public void All_that_a_read_transaction_gave_ends_with_it()
    {
        ReadTransaction tx = _test.Database.BeginRead();
        Bucket bucket = tx.OpenBucket("b");
        PinnedValue pinned = bucket.GetPinned([1])!;
        Stream stream = bucket.GetStream("large"u8)!;
        Cursor cursor = bucket.OpenCursor();
        cursor.MoveToFirst();
        tx.Dispose();

        AssertEnded(() => tx.OpenBucket("b"));
        AssertEnded(() => tx.ListBuckets());
        AssertEnded(() => tx.BucketExists("b"));
        AssertEnded(() => bucket.Get([1]));
        AssertEnded(() => bucket.TryGet([1], new byte[1], out _));
        AssertEnded(() => bucket.Count);
        AssertEnded(() => bucket.Sequence);
        AssertEnded(() => bucket.Min());
        AssertEnded(() => bucket.Rank([1]));
        AssertEnded(() => bucket.OpenBucket("nested"));
        AssertEnded(() => bucket.ListBuckets());
        AssertEnded(() => bucket.OpenCursor());
        AssertEnded(() => bucket.GetPinned([1]));
        AssertEnded(() => bucket.GetStream([1]));
        AssertEnded(() => bucket.GetStatistics());
        AssertEnded(() => pinned.Span.Length);
        AssertEnded(() => stream.ReadByte());
        AssertEnded(() => cursor.MoveNext());
        AssertEnded(() => cursor.Key.Length);
        pinned.Dispose();
        cursor.Dispose();
        tx.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void All_that_a_write_transaction_gave_ends_with_it(bool commit)
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket bucket = tx.OpenBucket("b");
        WritableCursor cursor = bucket.OpenCursor();
        cursor.MoveToFirst();
        if (commit) tx.Commit();
        else tx.Rollback();

        AssertEnded(() => tx.Commit());
        AssertEnded(() => tx.OpenBucket("b"));
        AssertEnded(() => tx.CreateBucket("c"));
        AssertEnded(() => tx.DeleteBucket("b"));
        AssertEnded(() => tx.RenameBucket("b", "c"));
        AssertEnded(() => bucket.Put([1], [2]));
        AssertEnded(() => bucket.Delete([1]));
        AssertEnded(() => bucket.DeleteRange([1], [2]));
        AssertEnded(() => bucket.Clear());
        AssertEnded(() => bucket.NextSequence());
        AssertEnded(() => bucket.CreateBucket("c"));
        AssertEnded(() => cursor.Delete());
        tx.Rollback();
    }

    [Fact]
    public void Handles_of_a_deleted_bucket_and_of_those_in_it_are_stale()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket bucket = tx.OpenBucket("b");
        WritableBucket nested = bucket.OpenBucket("nested");
        PinnedValue pinned = bucket.GetPinned([1])!;
        Stream stream = bucket.GetStream("large"u8)!;
        Cursor cursor = bucket.OpenCursor();
        cursor.MoveToFirst();
        tx.DeleteBucket("b");

        AssertEnded(() => bucket.Get([1]));
        AssertEnded(() => bucket.Put([1], [2]));
        AssertEnded(() => nested.Put([1], [2]));
        AssertEnded(() => nested.CreateBucket("c"));
        AssertEnded(() => cursor.MoveNext());
        AssertEnded(() => pinned.Span.Length);
        AssertEnded(() => stream.ReadByte());
        tx.Commit();
    }

    [Fact]
    public void Pinned_values_and_streams_end_with_the_next_change_of_their_bucket()
    {
        using WriteTransaction tx = _test.Database.BeginWrite();
        WritableBucket bucket = tx.OpenBucket("b");
        PinnedValue pinned = bucket.GetPinned([1])!;
        Stream stream = bucket.GetStream("large"u8)!;
        tx.CreateBucket("other").Put([1], [2]);
        Assert.Equal(1, pinned.Span[0]);
        Assert.Equal(0, stream.ReadByte());
        bucket.Put([200], [2]);
        AssertEnded(() => pinned.Span.Length);
        AssertEnded(() => stream.ReadByte());
    }

    [Fact]
    public void An_entry_is_gone_when_its_enumerator_has_moved_on()
    {
        using ReadTransaction tx = _test.Database.BeginRead();
        EntryEnumerator entries = tx.OpenBucket("b").GetEnumerator();
        entries.MoveNext();
        EntryView first = entries.Current;
        entries.MoveNext();

        // No lambda can hold a view, so this is no Assert.Throws.
        Exception? failure = null;
        try
        {
            _ = first.Key;
        }
        catch (HandleEndedException e)
        {
            failure = e;
        }

        entries.Dispose();
        Assert.NotNull(failure);
    }

    [Fact]
    public void A_closed_database_serves_nothing()
    {
        using TestDatabase test = TestDatabase.Create();
        test.Database.Write(tx =>
        {
            // The first step stays within the leaf, and asks nobody below.
            tx.CreateBucket("b").Put([1], [2]);
            tx.OpenBucket("b").Put([2], [3]);
        });
        Database database = test.Database;
        ReadTransaction tx = database.BeginRead();
        Bucket bucket = tx.OpenBucket("b");
        PinnedValue pinned = bucket.GetPinned([1])!;
        Cursor cursor = bucket.OpenCursor();
        cursor.MoveToFirst();
        database.Dispose();
        database.Dispose();

        AssertEnded(() => database.BeginRead());
        AssertEnded(() => database.BeginWrite());
        AssertEnded(() => database.GetStatistics());
        AssertEnded(() => database.Verify());
        AssertEnded(() => bucket.Get([1]));
        AssertEnded(() => pinned.Span.Length);
        AssertEnded(() => cursor.Value.Length);
        AssertEnded(() => cursor.MoveNext());
        tx.Dispose();
    }

    private static void AssertEnded(Action use) => Assert.Throws<HandleEndedException>(use);

    private static void AssertEnded<T>(Func<T> use) =>
        Assert.Throws<HandleEndedException>(() => { use(); });
}
