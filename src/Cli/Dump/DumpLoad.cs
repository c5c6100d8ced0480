using KvCow.Cli.Arguments;
using KvCow.Cli.Import;
using KvCow.Cli.Output;

namespace KvCow.Cli.Dump;

/// <summary>Puts what a dump holds into buckets, committing in batches.</summary>
/// <remarks>
/// A bad line, a failure or a cancellation rolls back the batch in progress; the batches before it
/// stay.
/// </remarks>
internal sealed class DumpLoad(Database database, BucketPath? bucket, bool skipsBadLines)
{
    private const long BatchBytesMax = 16L << 20;
    private const int BadLinesShownMax = 20;

    private readonly BatchLimit _limit = new(database);
    private readonly ParsedEntry _entry = new();
    private WriteTransaction? _tx;
    private int _batchEntries;
    private long _batchBytes;
    private long _sections;

    /// <summary>Entries put and committed so far.</summary>
    public long EntriesDone { get; private set; }

    /// <summary>Bad lines passed over so far.</summary>
    public long BadLines { get; private set; }

    /// <exception cref="UsageException">The input is no dump, or a line is bad.</exception>
    public void Run(Stream input, Action<double> report, CancellationToken ct)
    {
        LineReader lines = new(input);
        try
        {
            while (DumpHeader.TryRead(lines) is { } header)
            {
                if (++_sections > 1 && bucket is not null)
                {
                    throw new UsageException($"line {lines.LineCount}: the dump has several "
                        + "databases, and --bucket names one bucket.");
                }

                Load(lines, header, bucket ?? header.Bucket, report, ct);
            }

            Commit();
        }
        finally
        {
            _tx?.Dispose();
        }

        if (_sections == 0) throw new UsageException("The input is empty: it is no dump.");
    }

    private void Load(LineReader lines, DumpHeader header, BucketPath path,
        Action<double> report, CancellationToken ct)
    {
        _tx ??= database.BeginWrite(ct);
        WritableBucket target = path.OpenOrCreateIn(_tx);
        while (TryReadEntry(lines, header, out string? problem))
        {
            if (problem is not null) Refuse(lines, problem);
            else Put(target);
            if (lines.LineCount % 1024 < 2)
            {
                ct.ThrowIfCancellationRequested();
                report(lines.BytesDone);
            }

            if (_batchBytes < BatchBytesMax && !_limit.IsReached(_batchEntries)) continue;
            Commit();
            _tx = database.BeginWrite(ct);
            target = path.OpenOrCreateIn(_tx);
        }
    }

    /// <summary>False at the end of the section; a bad key takes its value with it.</summary>
    private bool TryReadEntry(LineReader lines, DumpHeader header, out string? problem)
    {
        problem = null;
        _entry.Clear();
        if (!lines.TryRead(out ReadOnlySpan<byte> line)) throw CutShort(lines);
        if (line.SequenceEqual("DATA=END"u8)) return false;
        problem = DumpText.TryRead(line, header.IsPrint, _entry.Key);
        int keyBytes = _entry.Key.WrittenCount;
        if (problem is null && keyBytes > database.KeyBytesMax)
            problem = $"its key has {keyBytes} bytes; at most {database.KeyBytesMax} are allowed";
        if (!lines.TryRead(out line)) throw CutShort(lines);
        problem ??= DumpText.TryRead(line, header.IsPrint, _entry.Value);
        return true;
    }

    private void Put(WritableBucket target)
    {
        target.Put(_entry.Key.WrittenSpan, _entry.Value.WrittenSpan);
        _batchEntries++;
        _batchBytes += _entry.Key.WrittenCount + _entry.Value.WrittenCount;
    }

    private void Commit()
    {
        _tx?.Commit();
        _tx = null;
        EntriesDone += _batchEntries;
        _batchEntries = 0;
        _batchBytes = 0;
    }

    private void Refuse(LineReader lines, string problem)
    {
        string place = $"line {lines.LineCount - 1} or the one after it";
        if (!skipsBadLines)
        {
            throw new UsageException(
                $"{place}: {problem}. {EntriesDone} entries of the lines before were loaded.");
        }

        BadLines++;
        if (BadLines <= BadLinesShownMax)
            StandardStreams.Error.WriteLine($"kvcow: {place} skipped: {problem}");
        if (BadLines == BadLinesShownMax)
            StandardStreams.Error.WriteLine("kvcow: further bad lines are only counted");
    }

    private UsageException CutShort(LineReader lines) => new(
        $"line {lines.LineCount}: the dump ends without DATA=END. "
        + $"{EntriesDone} entries were loaded.");
}
