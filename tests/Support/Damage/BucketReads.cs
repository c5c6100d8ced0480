namespace KvCow.Tests.Support.Damage;

/// <summary>All that can be asked of a bucket, of which nobody knows what it holds.</summary>
internal sealed class BucketReads(Random random, long fileBytes)
{
    /// <summary>No entry takes less: four bytes of cell, two of slot, four of head.</summary>
    private const int EntryBytesMin = 10;

    private readonly List<byte[]> _keys = [[], [0xFF], "key 000123"u8.ToArray()];

    public IEnumerable<(string Name, Action<Bucket> Read)> All =>
    [
        ("scan", bucket => Scan(bucket, isReverse: false)),
        ("scan back", bucket => Scan(bucket, isReverse: true)),
        ("get", bucket => bucket.Get(AnyKey())),
        ("length", bucket => bucket.TryGetLength(AnyKey(), out _)),
        ("get a part", bucket => bucket.TryReadAt(AnyKey(), 3, new byte[8000], out _)),
        ("get many", bucket => bucket.GetMany(
            [.. _keys.Take(40).Select(static key => (ReadOnlyMemory<byte>)key)])),
        ("count", bucket => NotNegative(bucket.Count)),
        ("rank", bucket => NotNegative(bucket.Rank(AnyKey()))),
        ("count a range", bucket => bucket.CountRange(AnyKey(), AnyKey())),
        ("element at", ElementAt),
        ("floor", bucket => bucket.Floor(AnyKey())),
        ("above", bucket => bucket.Above(AnyKey())),
        ("min and max", bucket => (bucket.Min(), bucket.Max()).ToString()),
        ("statistics", bucket => bucket.GetStatistics()),
        ("steps", Steps),
    ];

    private byte[] AnyKey() => _keys[random.Next(_keys.Count)];

    private void Scan(Bucket bucket, bool isReverse)
    {
        long count = 0;
        byte[]? last = null;
        EntryRange all = bucket.From(default);
        foreach (EntryView entry in isReverse ? all.Reverse() : all)
        {
            if (++count > fileBytes / EntryBytesMin)
                throw new EndlessReadException("a scan gives more than the file can hold");
            byte[] key = entry.Key.ToArray();
            if (last is not null)
            {
                int order = BytesComparer.Instance.Compare(last, key);
                if (isReverse ? order <= 0 : order >= 0)
                    throw new ContractException("a scan gives keys that are not in order");
            }

            last = key;
            if (_keys.Count < 400) _keys.Add(key);
            _ = entry.Value.Length;
        }
    }

    private void ElementAt(Bucket bucket)
    {
        long count = bucket.Count;
        if (count > 0) bucket.ElementAt(random.NextInt64(count));
    }

    private void Steps(Bucket bucket)
    {
        using Cursor cursor = bucket.OpenCursor();
        bool isOn = cursor.SeekCeiling(AnyKey());
        for (int i = 0; i < 60 && isOn; i++)
            isOn = random.Next(3) == 0 ? cursor.MovePrevious() : cursor.MoveNext();
    }

    private static void NotNegative(long count)
    {
        if (count < 0) throw new ContractException($"a count of {count}");
    }
}
