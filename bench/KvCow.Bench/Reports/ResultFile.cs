using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Reports;

/// <summary>The figures of runs on one machine with one count of records.</summary>
internal sealed class ResultFile
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public string Date { get; set; } = "";

    /// <summary>The commit measured, with a plus sign if the working copy differed from it.
    /// </summary>
    public string Commit { get; set; } = "";

    public string Machine { get; set; } = "";

    public int Count { get; set; }

    public int Rounds { get; set; }

    /// <summary>What was not measured, and why.</summary>
    public List<string> Notes { get; set; } = [];

    public List<Result> Results { get; set; } = [];

    public static ResultFile Load(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return JsonSerializer.Deserialize<ResultFile>(stream, Format)
            ?? throw new InvalidDataException($"{path} is empty.");
    }

    /// <summary>The results there are for this count, under today's heading; or none.</summary>
    public static ResultFile LoadOrCreate(BenchOptions options)
    {
        ResultFile file = File.Exists(options.Output) ? Load(options.Output) : new ResultFile();
        if (file.Count != options.Count) file = new ResultFile();
        file.Count = options.Count;
        file.Rounds = options.Rounds;
        file.Date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        file.Commit = CommitOf();
        file.Machine = MachineName();
        return file;
    }

    public void Add(Result result) => Results.Add(result);

    public void Note(string text)
    {
        if (!Notes.Contains(text)) Notes.Add(text);
    }

    /// <summary>Forgets what was measured before of a workload.</summary>
    public void Remove(string workload, IEnumerable<Peer> peers)
    {
        HashSet<string> names = [.. peers.Select(peer => peer.Name)];
        Results.RemoveAll(result => result.Workload == workload && names.Contains(result.Peer));
        Notes.RemoveAll(note => note.StartsWith(workload + ":", StringComparison.Ordinal));
    }

    public Result? Find(string workload, string peer) =>
        Results.Find(result => result.Workload == workload && result.Peer == peer);

    public void Save(string path)
    {
        string? folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (folder is not null) Directory.CreateDirectory(folder);
        File.WriteAllText(path, JsonSerializer.Serialize(this, Format) + "\n");
    }

    private static string MachineName()
    {
        const string CpuFile = "/proc/cpuinfo";
        string? model = File.Exists(CpuFile)
            ? File.ReadLines(CpuFile).FirstOrDefault(
                line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        string name = model is null ? "processor" : model[(model.IndexOf(':') + 1)..].Trim();
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        return string.Create(CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} x {name}, {memory} GiB, {Environment.OSVersion}, "
            + $".NET {Environment.Version}");
    }

    private static string CommitOf() =>
        Git("rev-parse --short HEAD") is { Length: > 0 } commit
            ? commit + (Git("status --porcelain -- src").Length > 0 ? "+" : "")
            : "unknown";

    private static string Git(string arguments)
    {
        try
        {
            using Process? git = Process.Start(new ProcessStartInfo("git", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
            return git?.StandardOutput.ReadToEnd().Trim() ?? "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }
}
