using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>Writes all buckets of a snapshot, each before those nested in it.</summary>
internal sealed class ExportRun(
    Stream target, IProgress<ExportTotals>? progress, CancellationToken ct)
{
    private const int EntriesPerReport = 4096;
    private const int PieceBytes = 64 << 10;

    private readonly ExportBlockWriter _writer = new(target);
    private readonly byte[] _piece = new byte[PieceBytes];
    private readonly ReachedOnce _reached = new();
    private ExportTotals _totals;

    public ExportTotals Write(ReadTransaction tx)
    {
        _writer.WriteHeader();
        Stack<Level> open = new();
        open.Push(new Level(tx.ListBuckets(_reached), name => tx.OpenBucket(name)));
        while (open.TryPeek(out Level? level))
        {
            if (level.Next == level.Names.Count)
            {
                open.Pop();
                if (open.Count > 0) _writer.WriteKind(ExportFormat.CloseBucket);
                continue;
            }

            byte[] name = level.Names[level.Next++];
            Bucket bucket = level.Open(name);
            if (open.Count > ExportFormat.DepthMax)
            {
                throw new InvalidOperationException($"Buckets are nested more than "
                    + $"{ExportFormat.DepthMax} deep, which an export cannot say. Use a backup.");
            }

            WriteBucket(name, bucket);
            open.Push(new Level(bucket.ListBuckets(_reached), nested => bucket.OpenBucket(nested)));
        }

        _writer.WriteKind(ExportFormat.End);
        _writer.WriteNumber((ulong)_totals.Buckets);
        _writer.WriteNumber((ulong)_totals.Entries);
        _writer.Finish();
        progress?.Report(_totals);
        return _totals;
    }

    private void WriteBucket(byte[] name, Bucket bucket)
    {
        ct.ThrowIfCancellationRequested();
        _writer.WriteKind(ExportFormat.OpenBucket);
        _writer.WriteBytes(name);
        _writer.WriteNumber(bucket.Sequence);
        _totals = _totals with { Buckets = _totals.Buckets + 1 };
        _reached.BeginTree();
        foreach (EntryView entry in bucket) WriteEntry(entry);
        _reached.BeginTree();
    }

    private void WriteEntry(EntryView entry)
    {
        entry.Reach(_reached);
        _writer.WriteKind(ExportFormat.Entry);
        _writer.WriteBytes(entry.Key);
        if (entry.IsLarge) WriteLarge(entry);
        else _writer.WriteBytes(entry.Value);
        _totals = _totals with { Entries = _totals.Entries + 1 };
        if (_totals.Entries % EntriesPerReport != 0) return;
        ct.ThrowIfCancellationRequested();
        progress?.Report(_totals);
    }

    private void WriteLarge(EntryView entry)
    {
        long length = entry.ValueLength;
        _writer.WriteNumber((ulong)length);
        for (long offset = 0; offset < length;)
        {
            ct.ThrowIfCancellationRequested();
            int read = entry.ReadValueAt(offset, _piece);
            _writer.Write(_piece.AsSpan(0, read));
            offset += read;
        }
    }

    /// <summary>The names of one bucket's nested buckets, and how far they are written.</summary>
    private sealed class Level(IReadOnlyList<byte[]> names, Func<byte[], Bucket> open)
    {
        public IReadOnlyList<byte[]> Names => names;

        public Func<byte[], Bucket> Open => open;

        public int Next { get; set; }
    }
}
