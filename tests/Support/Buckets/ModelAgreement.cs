using Xunit;

namespace KvCow.Tests.Support.Buckets;

/// <summary>Asserts that buckets hold what their model says, asked in every way.</summary>
internal static class ModelAgreement
{
    public static void Check(ReadTransaction tx, ModelBucket model)
    {
        AssertNames(model, tx.ListBuckets());
        foreach ((byte[] name, ModelBucket nested) in model.Nested)
        {
            Check(tx.OpenBucket(name), nested);
        }
    }

    public static void Check(WriteTransaction tx, ModelBucket model)
    {
        AssertNames(model, tx.ListBuckets());
        foreach ((byte[] name, ModelBucket nested) in model.Nested)
        {
            Check(tx.OpenBucket(name), nested);
        }
    }

    public static void Check(Bucket bucket, ModelBucket model)
    {
        Assert.Equal(model.Sequence, bucket.Sequence);
        Assert.Equal(model.Entries.Count, bucket.Count);
        CheckScans(bucket, [.. model.Entries]);
        AssertNames(model, bucket.ListBuckets());
        foreach ((byte[] name, ModelBucket nested) in model.Nested)
        {
            Assert.True(bucket.BucketExists(name));
            Check(bucket.OpenBucket(name), nested);
        }
    }

    /// <summary>Asks everything that can be asked about one key.</summary>
    public static void CheckAround(Bucket bucket, ModelBucket model, byte[] key)
    {
        KeyValuePair<byte[], byte[]>[] entries = [.. model.Entries];
        int rank = entries.Count(e => e.Key.AsSpan().SequenceCompareTo(key) < 0);
        bool exists = model.Entries.TryGetValue(key, out byte[]? value);
        int above = exists ? rank + 1 : rank;
        Assert.Equal(rank, bucket.Rank(key));
        Assert.Equal(exists, bucket.ContainsKey(key));
        Assert.Equal(value, bucket.Get(key));
        Assert.Equal(exists, bucket.TryGetLength(key, out long length));
        Assert.Equal(value?.Length ?? 0, length);
        AssertEntry(entries, rank - 1, bucket.Below(key));
        AssertEntry(entries, above, bucket.Above(key));
        AssertEntry(entries, rank, bucket.Ceiling(key));
        AssertEntry(entries, above - 1, bucket.Floor(key));
        AssertEntry(entries, 0, bucket.Min());
        AssertEntry(entries, entries.Length - 1, bucket.Max());
        Assert.Equal(entries.Length - rank, bucket.From(key).Count());
        if (rank < entries.Length) AssertEntry(entries, rank, bucket.ElementAt(rank));
    }

    /// <summary>Compares a range, both ways, with the same part of the model.</summary>
    public static void CheckRange(Bucket bucket, ModelBucket model, byte[] from, byte[] to)
    {
        KeyValuePair<byte[], byte[]>[] expected = [.. model.Entries.Where(e =>
            e.Key.AsSpan().SequenceCompareTo(from) >= 0
            && e.Key.AsSpan().SequenceCompareTo(to) < 0)];
        Assert.Equal(expected.Length, bucket.CountRange(from, to));
        AssertEntries(expected, bucket.Range(from, to));
        Array.Reverse(expected);
        AssertEntries(expected, bucket.Range(from, to).Reverse());
    }

    public static void CheckPrefix(Bucket bucket, ModelBucket model, byte[] prefix)
    {
        KeyValuePair<byte[], byte[]>[] expected =
            [.. model.Entries.Where(e => e.Key.AsSpan().StartsWith(prefix))];
        Assert.Equal(expected.Length, bucket.Prefix(prefix).Count());
        AssertEntries(expected, bucket.Prefix(prefix));
        Array.Reverse(expected);
        AssertEntries(expected, bucket.Prefix(prefix).Reverse());
    }

    private static void CheckScans(Bucket bucket, KeyValuePair<byte[], byte[]>[] expected)
    {
        AssertEntries(expected, bucket.From(default));
        Array.Reverse(expected);
        AssertEntries(expected, bucket.Reverse());
    }

    private static void AssertEntries(
        KeyValuePair<byte[], byte[]>[] expected, EntryRange actual)
    {
        int at = 0;
        foreach (EntryView entry in actual)
        {
            Assert.True(at < expected.Length, "a scan found too much");
            Assert.True(entry.Key.SequenceEqual(expected[at].Key), "a scan found another key");
            Assert.Equal(expected[at].Value.Length, entry.ValueLength);
            Assert.True(entry.Value.SequenceEqual(expected[at].Value), "another value");
            at++;
        }

        Assert.Equal(expected.Length, at);
    }

    private static void AssertEntry(
        KeyValuePair<byte[], byte[]>[] entries, int index, Entry? actual)
    {
        bool exists = index >= 0 && index < entries.Length;
        Assert.Equal(exists, actual.HasValue);
        if (actual is not { } entry) return;
        Assert.Equal(entries[index].Key, entry.Key);
        Assert.Equal(entries[index].Value, entry.Value);
    }

    private static void AssertNames(ModelBucket model, IReadOnlyList<byte[]> names) =>
        Assert.Equal(model.Nested.Keys, names, BytesComparer.Instance);
}
