namespace KvCow;

/// <summary>Puts what an import reads into buckets, and commits now and then.</summary>
internal sealed class ImportTarget(Database database, ImportOptions options, CancellationToken ct)
    : IDisposable
{
    /// <summary>Longer values go past memory.</summary>
    public const int ShortBytesMax = 64 << 10;

    private const int StepsMax = 10_000;
    private const long BytesMax = 16L << 20;
    private const int StepsPerLook = 128;

    private readonly long _dirtyBytesMax = database.GetStatistics().BudgetBytes / 8;
    private readonly List<byte[]> _names = [];
    private readonly List<WritableBucket> _open = [];
    private WriteTransaction _tx = database.BeginWrite(ct);
    private int _steps;
    private long _bytes;

    /// <summary>Imports all of an export; checks it first if it can be read twice.</summary>
    public static ExportTotals Import(Database database, Stream source, ImportOptions options,
        IProgress<ExportTotals>? progress, CancellationToken ct)
    {
        if (source.CanSeek)
        {
            long start = source.Position;
            new ExportParser(source, null, null, ct).Run();
            source.Position = start;
        }

        using ImportTarget target = new(database, options, ct);
        ExportTotals totals = new ExportParser(source, target, progress, ct).Run();
        target._tx.Commit();
        progress?.Report(totals);
        return totals;
    }

    public void OpenBucket(ReadOnlySpan<byte> name, ulong sequence)
    {
        bool isTop = _open.Count == 0;
        if (isTop && options.RefuseExistingBuckets && _tx.BucketExists(name))
            throw new BucketExistsException(BucketName.Display(name));
        WritableBucket bucket = isTop
            ? _tx.OpenOrCreateBucket(name)
            : _open[^1].OpenOrCreateBucket(name);
        if (sequence > bucket.Sequence) bucket.SetSequence(sequence);
        _names.Add(name.ToArray());
        _open.Add(bucket);
        Step(name.Length);
    }

    public void CloseBucket()
    {
        _names.RemoveAt(_names.Count - 1);
        _open.RemoveAt(_open.Count - 1);
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _open[^1].Put(key, value);
        Step(key.Length + value.Length);
    }

    public void Put(ReadOnlySpan<byte> key, Stream value, long length, CancellationToken token)
    {
        _open[^1].Put(key, value, length, token);
        Step(key.Length + length);
    }

    public void Dispose() => _tx.Dispose();

    private void Step(long bytes)
    {
        _bytes += bytes;
        if (options.SingleTransaction) return;
        bool isLookDue = ++_steps % StepsPerLook == 0;
        bool isFull = _steps >= StepsMax || _bytes >= BytesMax
            || (isLookDue && database.GetStatistics().DirtyBytes >= _dirtyBytesMax);
        if (!isFull) return;
        _tx.Commit();
        _steps = 0;
        _bytes = 0;
        _tx = database.BeginWrite(ct);
        _open.Clear();
        foreach (byte[] name in _names)
            _open.Add(_open.Count == 0 ? _tx.OpenBucket(name) : _open[^1].OpenBucket(name));
    }
}
