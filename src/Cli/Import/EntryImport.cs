using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Import;

/// <summary>Puts the entries of an input into a bucket, committing them in batches.</summary>
/// <remarks>
/// A bad line, a failure or a cancellation rolls back the batch in progress; the batches before it
/// stay.
/// </remarks>
internal sealed class EntryImport(Database database, BucketPath bucket, ILineFormat format)
{
    // Large values do not change pages but are written at once; too many are lost by Ctrl-C.
    private const long BatchBytesMax = 16L << 20;

    // More would push the first one off the screen.
    private const int BadLinesShownMax = 20;

    private readonly Database _database = database;
    private readonly BucketPath _bucket = bucket;
    private readonly ILineFormat _format = format;
    private readonly BatchLimit _limit = new(database);
    private readonly ParsedEntry _entry = new();

    /// <summary>Counts bad lines instead of stopping at the first.</summary>
    public bool SkipsBadLines { get; init; }

    /// <summary>Entries put and committed so far.</summary>
    public long EntriesDone { get; private set; }

    /// <summary>Bad lines passed over so far.</summary>
    public long BadLines { get; private set; }

    /// <param name="input">Read to its end.</param>
    /// <param name="report">Told now and then how many bytes are done.</param>
    /// <param name="ct">Heeded at every batch and now and then between.</param>
    /// <exception cref="UsageException">A line is bad.</exception>
    public void Run(Stream input, Action<double> report, CancellationToken ct)
    {
        LineReader lines = new(input);
        while (PutBatch(lines, report, ct))
        {
        }
    }

    // False if the input has ended.
    private bool PutBatch(LineReader lines, Action<double> report, CancellationToken ct)
    {
        using WriteTransaction tx = _database.BeginWrite(ct);
        WritableBucket bucket = _bucket.OpenOrCreateIn(tx);
        long bytes = 0;
        int entries = 0;
        bool isInputLeft = true;
        while (bytes < BatchBytesMax && !_limit.IsReached(entries))
        {
            isInputLeft = lines.TryRead(out ReadOnlySpan<byte> line);
            if (!isInputLeft) break;
            if (lines.LineCount % 1024 == 0) Pause(lines, report, ct);
            if (!TryPut(bucket, line, lines.LineCount)) continue;
            entries++;
            bytes += _entry.Key.WrittenCount + _entry.Value.WrittenCount;
        }

        Pause(lines, report, ct);
        tx.Commit();
        EntriesDone += entries;
        return isInputLeft;
    }

    private static void Pause(LineReader lines, Action<double> report, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        report(lines.BytesDone);
    }

    private bool TryPut(WritableBucket bucket, ReadOnlySpan<byte> line, long number)
    {
        _entry.Clear();
        if (!_format.TryParse(line, _entry, out string problem))
        {
            RefuseLine(number, problem);
            return false;
        }

        if (_entry.Key.WrittenCount > _database.KeyBytesMax)
        {
            RefuseLine(number, $"its key has {_entry.Key.WrittenCount} bytes; "
                + $"at most {_database.KeyBytesMax} are allowed");
            return false;
        }

        bucket.Put(_entry.Key.WrittenSpan, _entry.Value.WrittenSpan);
        return true;
    }

    private void RefuseLine(long number, string problem)
    {
        if (!SkipsBadLines)
        {
            throw new UsageException($"line {number}: {problem}. "
                + $"{EntriesDone} entries of the lines before it were imported.");
        }

        BadLines++;
        if (BadLines <= BadLinesShownMax)
            StandardStreams.Error.WriteLine($"kvcow: line {number} skipped: {problem}");
        if (BadLines == BadLinesShownMax)
            StandardStreams.Error.WriteLine("kvcow: further bad lines are only counted");
    }
}
