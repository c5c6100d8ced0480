using System.Diagnostics;
using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;
using KvCow.Bench.Workloads;

namespace KvCow.Bench.Scaling;

/// <summary>
/// What an operation costs as a database grows: the same course over ten thousand records, and over
/// ten times as many each time. Each size is loaded in the order of its keys, in one transaction.
/// </summary>
/// <param name="folder">Where the databases go; each is deleted after its course.</param>
/// <param name="cacheBytes">The cache of peers that have one.</param>
/// <param name="output">Gets a table.</param>
internal sealed class ScalingRun(string folder, long cacheBytes, TextWriter output)
{
    private const int CountLeast = 10_000;
    private const int Gets = 300_000;
    private const int Seeks = 50_000;
    private const int Commits = 500;

    /// <summary>Courses over the smallest size that are not counted: code is compiled.</summary>
    private const int WarmUps = 3;

    private const ulong Seed = 700;

    public void Run(IReadOnlyList<Peer> peers, int countMax)
    {
        Records.Verify();
        output.WriteLine("| records | peer | file, MB | load, ns an entry | get, ns "
            + "| its processor time | scan, ns an entry | seek + 10, ns | durable put, us "
            + "| close, ms | open + get, ms |");
        output.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        int[] least = Records.InKeyOrder(CountLeast);
        for (int n = 0; n < WarmUps; n++)
            foreach (Peer peer in peers) Measure(peer, CountLeast, least, TextWriter.Null);
        for (long count = CountLeast; count <= countMax; count *= 10)
        {
            int[] order = Records.InKeyOrder((int)count);
            long[] sums = [.. peers.Select(peer => Measure(peer, (int)count, order, output))];
            if (sums.Distinct().Count() > 1)
                throw new InvalidOperationException("The peers do not agree on what they read.");
        }
    }

    private long Measure(Peer peer, int count, int[] order, TextWriter table)
    {
        string own = Path.Combine(folder, $"scaling-{peer.Name}");
        if (Directory.Exists(own)) Directory.Delete(own, recursive: true);
        Directory.CreateDirectory(own);
        EngineSettings settings = new(own, cacheBytes, true);
        double[] figures = new double[9];
        long sum = 0;
        long start;
        using (IEngine engine = peer.Open(settings))
        {
            Sample load = Meter.Measure(count, () => Load(engine, order));
            figures[0] = Dataset.BytesOf(own) / 1e6;
            figures[1] = NanosecondsOf(load);
            using (IReader reader = engine.OpenReader())
            {
                GetWorkload.GetAll(reader, Seed + 1, Gets, count);
                Sample gets = Meter.Measure(
                    Gets, () => GetWorkload.GetAll(reader, Seed, Gets, count));
                figures[2] = NanosecondsOf(gets);
                figures[3] = gets.CpuSeconds * 1e9 / Gets;
                Sample scan = Meter.Measure(count, () => reader.Scan(false, out _));
                figures[4] = NanosecondsOf(scan);
                Sample seeks = Meter.Measure(Seeks, () => Seek(reader, count));
                figures[5] = NanosecondsOf(seeks);
                sum = gets.Sum + scan.Sum + seeks.Sum;
            }

            using (IWriter writer = engine.OpenWriter())
            {
                figures[6] = NanosecondsOf(Meter.Measure(Commits, () => PutWorkload.PutAll(
                    writer, Seed + 3, count, Commits, putsPerCommit: 1, version: 1))) / 1e3;
            }

            start = Stopwatch.GetTimestamp();
        }

        figures[7] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        start = Stopwatch.GetTimestamp();
        using (IEngine engine = peer.Open(settings))
        using (IReader reader = engine.OpenReader())
        {
            GetWorkload.GetAll(reader, Seed, 1, count);
            figures[8] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        table.WriteLine(FormattableString.Invariant($"| {count:N0} | {peer.Title} | ")
            + string.Join(" | ", figures.Select(figure => figure < 10
                ? FormattableString.Invariant($"{figure:N2}")
                : FormattableString.Invariant($"{figure:N0}"))) + " |");
        Directory.Delete(own, recursive: true);
        return sum;
    }

    private static double NanosecondsOf(Sample sample) =>
        sample.Seconds * 1e9 / sample.Operations;

    private static long Load(IEngine engine, int[] order)
    {
        using IWriter writer = engine.OpenWriter();
        writer.Begin();
        writer.LoadSorted(order.Length, (n, key, value) =>
        {
            Records.WriteKey(order[n], key);
            Records.WriteValue(order[n], 0, value);
        });
        writer.Commit();
        return 0;
    }

    private static long Seek(IReader reader, int count)
    {
        SplitMix random = new(Seed + 2);
        Span<byte> key = stackalloc byte[Records.KeyBytes];
        long sum = 0;
        for (int n = 0; n < Seeks; n++)
        {
            Records.WriteKey(random.Below(count), key);
            sum += reader.SeekAndStep(key, 10);
        }

        return sum;
    }
}
