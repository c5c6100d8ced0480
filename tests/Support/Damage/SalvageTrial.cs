using KvCow.Engine;

namespace KvCow.Tests.Support.Damage;

/// <summary>
/// Damages some pages of a database, salvages it, and compares the outcome with what was in it:
/// nothing but records that were there; all that its report does not count as lost.
/// </summary>
internal sealed class SalvageTrial
{
    private static readonly StoreOptions Options = new()
    {
        CacheBytes = 1 << 20,
        UnflushedTimeMax = Timeout.InfiniteTimeSpan,
    };

    private readonly SampleContent _sample;
    private readonly SalvageReport _report;
    private readonly Dictionary<string, Dictionary<string, byte[]>> _rescued = [];

    private SalvageTrial(SampleContent sample, FileImage damaged)
    {
        _sample = sample;
        using ImageStorage source = new(damaged);
        ImageStorage target = new();
        _report = SalvageRun.Run(source, pageBytes => Database.Open(
            target, Options with { PageBytes = pageBytes }), null, default);
        if (source.Writes > 0) throw new ContractException("the damaged file was written to");
        using Database database = Database.Open(target, Options);
        if (!database.Verify().IsSound) throw new ContractException("the new file is not sound");
        using ReadTransaction tx = database.BeginRead();
        foreach (string name in tx.ListBucketNames()) ReadBucket(tx.OpenBucket(name));
    }

    /// <summary>Salvages the image and checks the outcome; returns the report.</summary>
    /// <param name="sample">What was in the file before.</param>
    /// <param name="damaged">The file to salvage.</param>
    public static SalvageReport Run(SampleContent sample, FileImage damaged)
    {
        SalvageTrial trial = new(sample, damaged);
        trial.CheckNothingIsMadeUp();
        trial.CheckNothingIsMissingUntold();
        return trial._report;
    }

    private void ReadBucket(Bucket bucket)
    {
        Dictionary<string, byte[]> entries = _rescued[bucket.Path] = [];
        foreach (EntryView entry in bucket)
            entries.Add(Convert.ToHexString(entry.Key), entry.Value.ToArray());
        foreach (string name in bucket.ListBucketNames()) ReadBucket(bucket.OpenBucket(name));
    }

    private void CheckNothingIsMadeUp()
    {
        foreach ((string path, Dictionary<string, byte[]> entries) in _rescued)
        {
            // The last commits changed these, so an older one may have something else in them.
            if (_report.IsOlderCommit && path is "small" or "former") continue;
            bool isFound = _report.FoundBucket is { } found
                && path.StartsWith(found, StringComparison.Ordinal);
            if (isFound) continue;
            if (!_sample.Buckets.TryGetValue(path, out SortedDictionary<byte[], byte[]>? model))
            {
                if (entries.Count > 0) throw new ContractException($"bucket {path} never was");
                continue;
            }

            foreach ((string key, byte[] value) in entries)
            {
                if (!model.TryGetValue(Convert.FromHexString(key), out byte[]? expected)
                    || !expected.AsSpan().SequenceEqual(value))
                    throw new ContractException($"bucket {path} has a wrong entry");
            }
        }
    }

    private void CheckNothingIsMissingUntold()
    {
        if (_report.CommitId == 0) return;
        foreach ((string path, SortedDictionary<byte[], byte[]> model) in _sample.Buckets)
        {
            Dictionary<string, byte[]> entries = _rescued.GetValueOrDefault(path) ?? [];
            foreach (byte[] key in model.Keys)
            {
                if (!entries.ContainsKey(Convert.ToHexString(key)) && !IsTold(path, key))
                    throw new ContractException($"an entry of {path} is missing and not told");
            }
        }
    }

    private bool IsTold(string path, byte[] key) => _report.Losses.Any(loss =>
        loss.IsCatalog
            ? loss.Bucket is null || path.StartsWith(loss.Bucket + "/", StringComparison.Ordinal)
            : loss.Bucket == path
                && (loss.From is null || BytesComparer.Instance.Compare(loss.From, key) <= 0)
                && (loss.To is null || BytesComparer.Instance.Compare(key, loss.To) < 0));
}
