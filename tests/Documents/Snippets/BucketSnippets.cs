namespace KvCow.Tests.Documents.Snippets;

/// <summary>The code of docs/buckets.md.</summary>
public sealed class BucketSnippets
{
    [Fact]
    public void Buckets_are_nested_moved_and_renamed()
    {
        using TemporaryFolder folder = new();
        using Database database = Database.Open(folder.PathOf("a.kvcow"));
        database.Write(transaction =>
        {
            WritableBucket orders = transaction.OpenOrCreateBucket("orders");
            WritableBucket day = orders.OpenOrCreateBucket("2026").OpenOrCreateBucket("11-21");
            day.Put("0001"u8, "3 apples"u8);

            orders.MoveBucket("2026", transaction.OpenOrCreateBucket("archive"), "year 2026");
            transaction.RenameBucket("archive", "old");
            transaction.DeleteBucket("drafts");
        });
        byte[]? moved = database.Read(transaction => transaction.OpenBucket("old")
            .OpenBucket("year 2026").OpenBucket("11-21").Get("0001"u8));
        Assert.Equal("3 apples"u8.ToArray(), moved);
    }

    [Fact]
    public void An_empty_bucket_is_filled_in_order()
    {
        using TemporaryFolder folder = new();
        using Database database = Database.Open(folder.PathOf("a.kvcow"));
        using WriteTransaction transaction = database.BeginWrite();
        WritableBucket filled = transaction.CreateBucket("filled");
        filled.BulkLoad(static load =>
        {
            for (byte i = 0; i < 100; i++) load.Add([i], "value"u8);
        });
        Assert.Equal(100, filled.Count);
        transaction.Commit();
    }

    [Fact]
    public void Entries_are_changed_read_and_counted()
    {
        using TemporaryFolder folder = new();
        using Database database = Database.Open(folder.PathOf("a.kvcow"));
        database.Write(transaction =>
        {
            WritableBucket bucket = transaction.CreateBucket("entries");
            Change(bucket);
            Assert.Equal(15, Read(bucket));
            Count(bucket);
            Walk(bucket);
            Assert.Equal(2, bucket.Count);
        });
    }

    private static void Change(WritableBucket bucket)
    {
        ReadOnlySpan<byte> key = "2026-11-21"u8;
        ReadOnlySpan<byte> value = "apple"u8;
        bool isNew = bucket.Put(key, value);
        bucket.PutIfAbsent(key, value);
        bucket.Replace(key, value);
        bucket.CompareAndSet(key, value, "other"u8);
        byte[]? taken = bucket.GetAndDelete(key);
        long gone = bucket.DeletePrefix("2026-"u8);
        ulong id = bucket.NextSequence();
        Assert.True(isNew);
        Assert.Equal("other"u8.ToArray(), taken);
        Assert.Equal(0, gone);
        Assert.Equal(1UL, id);
    }

    private static int Read(WritableBucket bucket)
    {
        ReadOnlySpan<byte> key = "2026-11-20"u8;
        bucket.Put(key, "apples!"u8);
        bucket.Put("2026-11-21"u8, ""u8);
        bucket.Put("2026-12-01"u8, "pear"u8);
        int sum = 0;
        if (bucket.TryRead(key, 0, static (value, start) => start + value.Length, out int length))
            sum += length;

        using (PinnedValue? pinned = bucket.GetPinned(key))
            sum += pinned?.Length ?? 0;
        return sum + 1;
    }

    private static void Count(WritableBucket bucket)
    {
        long all = bucket.Count;
        long november = bucket.CountRange("2026-11"u8, "2026-12"u8);
        Entry median = bucket.ElementAt(bucket.Count / 2);
        Assert.Equal((3, 2), (all, november));
        Assert.Equal("2026-11-21"u8.ToArray(), median.Key);
    }

    private static void Walk(WritableBucket bucket)
    {
        using WritableCursor cursor = bucket.OpenCursor();
        bool isOnEntry = cursor.SeekCeiling("2026-11"u8);
        for (; isOnEntry; isOnEntry = cursor.MoveNext())
        {
            if (cursor.Value.IsEmpty) cursor.Delete();
        }
    }
}
