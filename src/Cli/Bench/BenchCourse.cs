using System.Diagnostics;
using KvCow.Cli.Demo;
using KvCow.Cli.Output;

namespace KvCow.Cli.Bench;

/// <summary>Measures one step after the other, in a folder that is deleted afterwards.</summary>
internal sealed class BenchCourse(Database database, BenchOptions options, CancellationToken ct)
{
    private const string Bucket = "bench";

    private readonly byte[] _key = new byte[GeneratedPairs.KeyBytes];
    private readonly byte[] _value = new byte[GeneratedPairs.ValueBytes];

    /// <summary>Measures and prints; returns the exit code.</summary>
    public static int Run(BenchOptions options, bool isJson, CancellationToken ct)
    {
        string folder =
            Path.Combine(options.ParentFolder, $"kvcow-bench-{Path.GetRandomFileName()}");
        Directory.CreateDirectory(folder);
        try
        {
            using Database database = Database.Open(Path.Combine(folder, "bench.kvcow"),
                new DatabaseOptions { CacheBytes = options.CacheBytes });
            BenchCourse course = new(database, options, ct);
            List<BenchRow> rows = [];
            foreach ((string name, string unit, Func<Action<double>, long> work) in course.Steps)
            {
                rows.Add(Measure(name, unit, work));
                if (!isJson) Print(rows[^1]);
            }

            if (isJson) PrintJson(rows, database.GetStatistics().FileBytes);
            return ExitCode.Done;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private IEnumerable<(string Name, string Unit, Func<Action<double>, long> Work)> Steps =>
    [
        ("fill", "puts", Fill),
        ("get", "gets", Get),
        ("scan", "entries", Scan),
        ("durable put", "commits", Commit),
    ];

    private static BenchRow Measure(
        string name, string unit, Func<Action<double>, long> work)
    {
        long start = Stopwatch.GetTimestamp();
        long count = Terminal.StandardError().ShowProgress(name, null, work);
        TimeSpan taken = Stopwatch.GetElapsedTime(start);
        return new BenchRow(name, unit, count, taken.TotalSeconds);
    }

    private long Fill(Action<double> progress)
    {
        BatchLimit limit = new(database);
        for (long done = 0; done < options.Count;)
        {
            using WriteTransaction tx = database.BeginWrite(ct);
            WritableBucket bucket = tx.OpenOrCreateBucket(Bucket);
            for (int batch = 0; done < options.Count && !limit.IsReached(batch); batch++)
                Put(bucket, done++);
            tx.Commit();
            progress(done);
        }

        return options.Count;
    }

    private long Get(Action<double> progress)
    {
        using ReadTransaction tx = database.BeginRead();
        Bucket bucket = tx.OpenBucket(Bucket);
        byte[] found = new byte[GeneratedPairs.ValueBytes];
        for (long i = 0; i < options.Count; i++)
        {
            if (i % 1000 == 0) ct.ThrowIfCancellationRequested();
            GeneratedPairs.WriteKey(i, _key);
            GeneratedPairs.WriteValue(i, _value);
            if (!bucket.TryGet(_key, found, out _) || !found.AsSpan().SequenceEqual(_value))
                throw new InvalidOperationException($"Entry {i} is not what was put.");
        }

        progress(options.Count);
        return options.Count;
    }

    private long Scan(Action<double> progress)
    {
        using ReadTransaction tx = database.BeginRead();
        long seen = 0;
        foreach (EntryView entry in tx.OpenBucket(Bucket))
        {
            if (seen++ % 1000 == 0) ct.ThrowIfCancellationRequested();
            if (entry.Value.Length != GeneratedPairs.ValueBytes)
                throw new InvalidOperationException("A value has another length than was put.");
        }

        if (seen != options.Count)
            throw new InvalidOperationException($"The scan found {seen} entries.");
        progress(seen);
        return seen;
    }

    private long Commit(Action<double> progress)
    {
        for (long i = 0; i < options.Commits; i++)
        {
            using WriteTransaction tx = database.BeginWrite(ct);
            Put(tx.OpenBucket(Bucket), options.Count + i);
            tx.Commit(Durability.Full);
        }

        progress(options.Commits);
        return options.Commits;
    }

    private void Put(WritableBucket bucket, long number)
    {
        GeneratedPairs.WriteKey(number, _key);
        GeneratedPairs.WriteValue(number, _value);
        bucket.Put(_key, _value);
    }

    private static void Print(BenchRow row) =>
        new DemoReport(Terminal.StandardOutput()).WriteRate(
            row.Name, row.Count, row.Unit, TimeSpan.FromSeconds(row.Seconds));

    private static void PrintJson(List<BenchRow> rows, long fileBytes) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("steps");
        foreach (BenchRow row in rows)
        {
            json.WriteStartObject();
            json.WriteString("name", row.Name);
            json.WriteNumber("count", row.Count);
            json.WriteNumber("seconds", Math.Round(row.Seconds, 6));
            json.WriteNumber("per_second", Math.Round(row.Rate));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("file_bytes", fileBytes);
        json.WriteEndObject();
    });
}
