using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;
using KvCow.Bench.Workloads;

namespace KvCow.Bench.Overwriting;

/// <summary>
/// What durable puts cost once everything has been overwritten many times, and what the file and
/// the reads have come to by then. A pass has as many random puts as there are records, a thousand
/// a commit; in each pass every peer has its turn.
/// </summary>
/// <param name="folder">Where the databases go.</param>
/// <param name="count">Records.</param>
/// <param name="output">Gets a table.</param>
internal sealed class OverwriteRun(string folder, int count, TextWriter output)
{
    private const int PutsPerCommit = 1000;
    private const int Gets = 300_000;
    private const ulong Seed = 900;

    public void Run(IReadOnlyList<Peer> peers, int passes)
    {
        Records.Verify();
        Dataset dataset = new(folder, count);
        string[] folders = [.. peers.Select(peer => dataset.Copy(peer, peer.Name))];
        IEngine[] engines = [.. peers.Select(
            (peer, n) => peer.Open(EngineSettings.Durable(folders[n], count)))];
        output.WriteLine("| pass | peer | puts a second | processor time, us a put | file, MB "
            + "| get, ns | scan, ns an entry |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        long[] sums = new long[peers.Count];
        for (int pass = 0; pass <= passes; pass++)
        {
            for (int turn = 0; turn < peers.Count; turn++)
            {
                int n = (turn + pass) % peers.Count;
                sums[n] = RunPass(peers[n], engines[n], folders[n], pass);
            }

            if (sums.Distinct().Count() > 1)
                throw new InvalidOperationException("The peers do not agree on what they read.");
        }

        foreach (IEngine engine in engines) engine.Dispose();
        dataset.Clean();
    }

    /// <summary>Pass 0 only reads.</summary>
    /// <returns>The sum of what was read after it.</returns>
    private long RunPass(Peer peer, IEngine engine, string own, int pass)
    {
        string puts = "- | -";
        if (pass > 0)
        {
            int commits = Math.Max(1, count / PutsPerCommit);
            using IWriter writer = engine.OpenWriter();
            Sample put = Meter.Measure((long)commits * PutsPerCommit, () => PutWorkload.PutAll(
                writer, Seed + (ulong)pass, count, commits, PutsPerCommit, pass), engine.Settle);
            puts = FormattableString.Invariant(
                $"{put.Operations / put.Seconds:N0} | {put.CpuSeconds * 1e6 / put.Operations:N1}");
        }

        using IReader reader = engine.OpenReader();
        reader.Scan(false, out _); // Everybody begins with what the caches can hold.
        Sample gets = Meter.Measure(Gets, () => GetWorkload.GetAll(reader, Seed, Gets, count));
        Sample scan = Meter.Measure(count, () => reader.Scan(false, out _));
        output.WriteLine(FormattableString.Invariant(
            $"| {pass} | {peer.Title} | {puts} | {Dataset.BytesOf(own) / 1e6:N0} | ")
            + FormattableString.Invariant(
            $"{gets.Seconds * 1e9 / Gets:N0} | {scan.Seconds * 1e9 / count:N0} |"));
        return gets.Sum + scan.Sum;
    }
}
