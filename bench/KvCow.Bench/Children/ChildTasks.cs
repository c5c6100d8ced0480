using System.Diagnostics;
using KvCow.Bench.Data;
using KvCow.Bench.Instructions;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;
using KvCow.Bench.Workloads;

namespace KvCow.Bench.Children;

/// <summary>What a child process does: short things that need a process of their own.</summary>
internal static class ChildTasks
{
    public const string Open = "open";
    public const string Commit = "commit";
    public const string CommitForever = "commit-forever";
    public const string Gets = "gets";
    public const string Operations = "operations";
    public const string Step = "step";

    /// <summary>Behind a folder's name, for databases that only warm the code.</summary>
    public const string SmallSuffix = ".small";

    private const ulong Seed = 500;

    /// <summary>Runs the task that the words after <c>child</c> name.</summary>
    public static void Run(IReadOnlyList<string> words)
    {
        if (words[0] == Step)
        {
            ChildProcess.Print(
                SingleStepper.Run(int.Parse(words[1], null), int.Parse(words[2], null)));
            return;
        }

        Peer peer = Peer.Find(words[1]);
        string folder = words[2];
        switch (words[0])
        {
            case Open: ChildProcess.Print(MeasureOpen(peer, folder, words[3] == "warm")); break;
            case Commit: CommitPuts(peer, folder, int.Parse(words[3], null)); break;
            case CommitForever: CommitPuts(peer, folder, int.MaxValue); break;
            case Gets: MeasureGets(peer, folder, words); break;
            case Operations:
                OperationLoop.Run(
                    peer, folder, CountedOperation.Find(words[3]), int.Parse(words[4], null));
                break;
            default: throw new ArgumentException($"No task '{words[0]}'.");
        }
    }

    /// <summary>
    /// Opens and gets one record: at once, or after the same with small databases, so that the time
    /// to load and compile code is left out. Theirs are the folders that begin with the folder's
    /// name and <see cref="SmallSuffix"/>; they were left by killed processes, so that what mends a
    /// database is compiled, too.
    /// </summary>
    private static Dictionary<string, double> MeasureOpen(Peer peer, string folder, bool isWarm)
    {
        if (isWarm)
        {
            foreach (string small in Directory.GetDirectories(
                Path.GetDirectoryName(folder)!, Path.GetFileName(folder) + SmallSuffix + "*"))
            {
                for (int n = 0; n < 2; n++) OpenAndGet(peer, small);
            }
        }

        Dictionary<string, double> figures = new()
        {
            [Figures.FirstOpen] = OpenAndGet(peer, folder),
        };
        for (int n = 0; n < 20; n++) OpenAndGet(peer, folder);
        double[] later = [.. Enumerable.Range(0, 21).Select(_ => OpenAndGet(peer, folder))];
        Array.Sort(later);
        figures[Figures.LaterOpen] = later[later.Length / 2];
        return figures;
    }

    private static double OpenAndGet(Peer peer, string folder)
    {
        Span<byte> key = stackalloc byte[Records.KeyBytes];
        Records.WriteKey(0, key);
        long start = Stopwatch.GetTimestamp();
        using IEngine engine = peer.Open(EngineSettings.Durable(folder));
        using IReader reader = engine.OpenReader();
        int sum = reader.Get(key);
        double elapsed = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        return sum > 0 ? elapsed : throw new IOException("The record was not found.");
    }

    /// <summary>Commits single puts; after a hundred, tells the parent so.</summary>
    private static void CommitPuts(Peer peer, string folder, int commits)
    {
        using IEngine engine = peer.Open(EngineSettings.Durable(folder));
        using IWriter writer = engine.OpenWriter();
        byte[] key = new byte[Records.KeyBytes];
        byte[] value = new byte[Records.ValueBytes];
        for (int c = 0; c < commits; c++)
        {
            writer.Begin();
            Records.WriteKey(c, key);
            Records.WriteValue(c, 1, value);
            writer.Put(key, value);
            writer.Commit();
            if (c == 100) Console.Out.WriteLine("{}");
        }
    }

    /// <summary>Random gets with a small cache, in a control group if one is named.</summary>
    private static void MeasureGets(Peer peer, string folder, IReadOnlyList<string> words)
    {
        long cacheBytes = long.Parse(words[3], null);
        int count = int.Parse(words[4], null);
        long gets = long.Parse(words[5], null);
        if (words.Count > 6)
        {
            File.WriteAllText(Path.Combine(words[6], "cgroup.procs"), $"{Environment.ProcessId}");
            // What is cached by now counts for others.
            SystemCache.Drop(folder);
        }

        using IEngine engine = peer.Open(
            new EngineSettings(folder, cacheBytes, true) { IsLargerThanMemory = true });
        using IReader reader = engine.OpenReader();
        GetWorkload.GetAll(reader, Seed + 1, gets, count);
        Sample sample = Meter.Measure(gets, () => GetWorkload.GetAll(reader, Seed, gets, count));
        ChildProcess.Print(new Dictionary<string, double>
        {
            ["seconds"] = sample.Seconds,
            ["cpuSeconds"] = sample.CpuSeconds,
            ["sum"] = sample.Sum,
        });
    }
}
