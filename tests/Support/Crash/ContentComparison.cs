namespace KvCow.Tests.Support.Crash;

/// <summary>Compares all buckets with a model, forwards and backwards.</summary>
internal static class ContentComparison
{
    /// <summary>The first difference; null if there is none.</summary>
    public static string? FindDifference(Database database, ModelBucket model)
    {
        using ReadTransaction tx = database.BeginRead();
        return FindDifference(tx, model);
    }

    public static string? FindDifference(ReadTransaction tx, ModelBucket model)
    {
        string? difference = HasNames(tx.ListBuckets(), model)
            ? null
            : $"the buckets are not the {model.Buckets.Count} of the model";
        for (int i = 0; i < model.Buckets.Count && difference is null; i++)
        {
            Bucket bucket = tx.OpenBucket(model.Buckets.GetKeyAtIndex(i));
            difference = Compare(bucket, model.Buckets.GetValueAtIndex(i));
        }

        return difference;
    }

    private static string? Compare(Bucket bucket, ModelBucket model)
    {
        if (bucket.Count != model.Entries.Count)
            return $"{bucket.Path} counts {bucket.Count} entries, not {model.Entries.Count}";
        if (bucket.Sequence != model.Sequence)
            return $"{bucket.Path} has sequence {bucket.Sequence}, not {model.Sequence}";

        string? difference = CompareForwards(bucket, model)
            ?? CompareBackwards(bucket, model)
            ?? CompareNames(bucket, model);
        for (int i = 0; i < model.Buckets.Count && difference is null; i++)
        {
            Bucket nested = bucket.OpenBucket(model.Buckets.GetKeyAtIndex(i));
            difference = Compare(nested, model.Buckets.GetValueAtIndex(i));
        }

        return difference;
    }

    private static string? CompareForwards(Bucket bucket, ModelBucket model)
    {
        int index = 0;
        foreach (EntryView entry in bucket)
        {
            if (!IsEntry(entry, model, index))
                return $"{bucket.Path} differs at entry {index} of {model.Entries.Count}";
            index++;
        }

        return index == model.Entries.Count ? null : $"{bucket.Path} ends after {index} entries";
    }

    private static string? CompareBackwards(Bucket bucket, ModelBucket model)
    {
        int index = model.Entries.Count;
        foreach (EntryView entry in bucket.Reverse())
        {
            if (!IsEntry(entry, model, --index))
                return $"{bucket.Path}, backwards, differs at entry {index}";
        }

        return index == 0 ? null : $"{bucket.Path}, backwards, ends before entry {index}";
    }

    private static bool IsEntry(EntryView entry, ModelBucket model, int index) =>
        (uint)index < (uint)model.Entries.Count
        && entry.Key.SequenceEqual(model.Entries.GetKeyAtIndex(index))
        && entry.Value.SequenceEqual(model.Entries.GetValueAtIndex(index));

    private static string? CompareNames(Bucket bucket, ModelBucket model) =>
        HasNames(bucket.ListBuckets(), model)
            ? null
            : $"{bucket.Path} lists other buckets than the {model.Buckets.Count} of the model";

    private static bool HasNames(IReadOnlyList<byte[]> names, ModelBucket model)
    {
        if (names.Count != model.Buckets.Count) return false;
        for (int i = 0; i < names.Count; i++)
            if (!names[i].AsSpan().SequenceEqual(model.Buckets.GetKeyAtIndex(i))) return false;
        return true;
    }
}
