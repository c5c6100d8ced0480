namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Compares a damaged database with a model: whatever can be read must be right, and the rest be
/// refused as corrupt. What one bucket refuses says nothing about the others.
/// </summary>
internal sealed class PartialComparison(ReadTransaction tx)
{
    /// <summary>Reads that were refused.</summary>
    public int RefusedCount { get; private set; }

    /// <summary>The first wrong answer; null if there is none.</summary>
    public string? FindWrongAnswer(ModelBucket model)
    {
        string? wrong = Ask(() => tx.ListBuckets().SequenceEqual(
            model.Buckets.Keys, BytesComparer.Instance) ? null : "other buckets are listed");
        foreach ((byte[] name, ModelBucket expected) in model.Buckets)
            wrong ??= Ask(() => tx.TryOpenBucket(name), expected);
        return wrong;
    }

    private string? Ask(Func<Bucket?> open, ModelBucket model)
    {
        Bucket? bucket = null;
        string? wrong = Ask(() => (bucket = open()) is null ? "a bucket is missing" : null);
        if (wrong is not null || bucket is null) return wrong;
        wrong = Ask(() => bucket.Count == model.Entries.Count ? null : "wrong count")
            ?? Ask(() => bucket.Sequence == model.Sequence ? null : "wrong sequence")
            ?? Ask(() => Scan(bucket, model))
            ?? Ask(() => ScanBack(bucket, model))
            ?? Ask(() => bucket.ListBuckets().SequenceEqual(
                model.Buckets.Keys, BytesComparer.Instance) ? null : "other buckets are nested");
        foreach ((byte[] key, byte[] value) in model.Entries)
            wrong ??= Ask(() => Get(bucket, key, value));
        foreach ((byte[] name, ModelBucket nested) in model.Buckets)
            wrong ??= Ask(() => bucket.TryOpenBucket(name), nested);
        return wrong is null ? null : $"{bucket.Path}: {wrong}";
    }

    private string? Ask(Func<string?> question)
    {
        try
        {
            return question();
        }
        catch (CorruptPageException)
        {
            RefusedCount++;
            return null;
        }
    }

    private static string? Scan(Bucket bucket, ModelBucket model)
    {
        int index = 0;
        foreach (EntryView entry in bucket)
            if (!IsEntry(entry, model, index++)) return $"entry {index - 1} is wrong";
        return index == model.Entries.Count ? null : $"ends after {index} entries";
    }

    private static string? ScanBack(Bucket bucket, ModelBucket model)
    {
        int index = model.Entries.Count;
        foreach (EntryView entry in bucket.Reverse())
            if (!IsEntry(entry, model, --index)) return $"entry {index}, backwards, is wrong";
        return index == 0 ? null : $"ends, backwards, before entry {index}";
    }

    private static string? Get(Bucket bucket, byte[] key, byte[] value) =>
        bucket.Get(key) is { } found && found.AsSpan().SequenceEqual(value)
            ? null
            : $"the value of key {Convert.ToHexString(key)} is wrong";

    private static bool IsEntry(EntryView entry, ModelBucket model, int index) =>
        (uint)index < (uint)model.Entries.Count
        && entry.Key.SequenceEqual(model.Entries.GetKeyAtIndex(index))
        && entry.Value.SequenceEqual(model.Entries.GetValueAtIndex(index));
}
