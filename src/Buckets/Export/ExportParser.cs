using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>Reads the records of an export and hands them to a target, or only checks them.
/// </summary>
internal sealed class ExportParser(
    Stream source, ImportTarget? target, IProgress<ExportTotals>? progress, CancellationToken ct)
{
    private const int EntriesPerReport = 4096;

    private readonly ExportBlockReader _reader = new(source);
    private readonly byte[] _key = new byte[ExportFormat.KeyBytesMax];
    private readonly byte[] _value = new byte[ImportTarget.ShortBytesMax];
    private ExportTotals _totals;
    private int _depth;

    public ExportTotals Run()
    {
        _reader.ReadHeader();
        while (true)
        {
            long offset = _reader.Offset;
            switch (_reader.ReadKind())
            {
                case ExportFormat.OpenBucket:
                    OpenBucket(offset);
                    break;
                case ExportFormat.Entry:
                    ReadEntry(offset);
                    break;
                case ExportFormat.CloseBucket:
                    if (_depth == 0) throw Bad(offset, "no bucket is open to be closed");
                    _depth--;
                    target?.CloseBucket();
                    break;
                case ExportFormat.End:
                    End(offset);
                    return _totals;
                default:
                    throw Bad(offset, "a record of an unknown kind");
            }
        }
    }

    private void OpenBucket(long offset)
    {
        ReadOnlySpan<byte> name = ReadKey(offset);
        if (name.IsEmpty) throw Bad(offset, "a bucket has no name");
        if (++_depth > ExportFormat.DepthMax)
            throw Bad(offset, $"buckets are nested more than {ExportFormat.DepthMax} deep");
        ulong sequence = _reader.ReadNumber();
        _totals = _totals with { Buckets = _totals.Buckets + 1 };
        target?.OpenBucket(name, sequence);
        Pause();
    }

    private void ReadEntry(long offset)
    {
        if (_depth == 0) throw Bad(offset, "an entry outside any bucket");
        ReadOnlySpan<byte> key = ReadKey(offset);
        ulong length = _reader.ReadNumber();
        if (length > PageLimits.ValueBytesMax)
            throw Bad(offset, $"a value of {length} bytes");

        // A length made up would make the file grow before the bytes turn out to be missing.
        if (source.CanSeek && (long)length > source.Length)
            throw Bad(offset, $"a value of {length} bytes in an export of {source.Length}");
        if (target is null)
        {
            _reader.Skip((long)length);
        }
        else if (length <= (ulong)_value.Length)
        {
            Span<byte> value = _value.AsSpan(0, (int)length);
            _reader.Read(value);
            target.Put(key, value);
        }
        else
        {
            target.Put(key, new ExportValueStream(_reader, (long)length), (long)length, ct);
        }

        _totals = _totals with { Entries = _totals.Entries + 1 };
        if (_totals.Entries % EntriesPerReport == 0) Pause();
    }

    private void End(long offset)
    {
        if (_depth > 0) throw Bad(offset, "it ends within a bucket");
        ulong buckets = _reader.ReadNumber();
        ulong entries = _reader.ReadNumber();
        if (buckets != (ulong)_totals.Buckets || entries != (ulong)_totals.Entries)
        {
            throw Bad(offset, $"it counts {buckets} buckets and {entries} entries, but has "
                + $"{_totals.Buckets} and {_totals.Entries}");
        }

        _reader.ReadEnd();
    }

    private ReadOnlySpan<byte> ReadKey(long offset)
    {
        ulong length = _reader.ReadNumber();
        if (length > ExportFormat.KeyBytesMax) throw Bad(offset, $"a key of {length} bytes");
        Span<byte> key = _key.AsSpan(0, (int)length);
        _reader.Read(key);
        return key;
    }

    private void Pause()
    {
        ct.ThrowIfCancellationRequested();
        if (target is not null) progress?.Report(_totals);
    }

    private static ExportFormatException Bad(long offset, string problem) => new(offset, problem);
}
