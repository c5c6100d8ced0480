using System.Globalization;
using System.Text.RegularExpressions;
using KvCow.Bench.Children;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>
/// Counts what a durable commit asks of the device, by watching the system calls of a process that
/// commits single puts: flushes, and writes to a file opened to write through (LMDB's meta page).
/// </summary>
internal sealed partial class FlushWorkload() : Workload("flushes")
{
    private const int Few = 100;
    private const int Many = 600;

    public override StartingPoint Start => StartingPoint.Own;

    public override string? Refuses(Peer peer) =>
        File.Exists("/usr/bin/strace") ? null : "cannot be watched: strace is not installed";

    public override Sample Run(Trial trial)
    {
        // The difference of two runs leaves out what opening and closing flush.
        (int flushes, int writes) few = Count(trial, Few);
        (int flushes, int writes) many = Count(trial, Many);
        return new Sample
        {
            Operations = Many - Few,
            Seconds = 1,
            Extra = new Dictionary<string, double>
            {
                [Figures.FlushesPerCommit] = PerCommit(many.flushes - few.flushes),
                [Figures.SynchronousWritesPerCommit] = PerCommit(many.writes - few.writes),
            },
        };
    }

    private static double PerCommit(int calls) => calls / (double)(Many - Few);

    private static (int Flushes, int SynchronousWrites) Count(Trial trial, int commits)
    {
        string folder = trial.Dataset.Copy(trial.Peer, trial.Peer.Name);
        string log = folder + ".strace";
        ChildProcess.Watch(
            ["/usr/bin/strace", "-f", "-y", "-o", log, "-e",
                "trace=fsync,fdatasync,msync,openat,write,pwrite64,pwritev,pwritev2"],
            ChildTasks.Commit, trial.Peer.Name, folder,
            commits.ToString(CultureInfo.InvariantCulture));
        int flushes = 0;
        int writes = 0;
        HashSet<string> writtenThrough = [];
        foreach (string line in File.ReadLines(log))
        {
            if (FlushCall().IsMatch(line)) flushes++;
            else if (OpenedToWriteThrough().Match(line) is { Success: true } opened)
            {
                writtenThrough.Add(opened.Groups[1].Value);
            }
            else if (WriteCall().Match(line) is { Success: true } write
                && writtenThrough.Contains(write.Groups[1].Value))
            {
                writes++;
            }
        }

        File.Delete(log);
        return (flushes, writes);
    }

    [GeneratedRegex(@"\b(fsync|fdatasync|msync)\(")]
    private static partial Regex FlushCall();

    // openat(AT_FDCWD, "/data.mdb", O_WRONLY|O_DSYNC) = 9</data.mdb>
    [GeneratedRegex(@"openat\(.*O_D?SYNC.* = (\d+)<")]
    private static partial Regex OpenedToWriteThrough();

    // pwrite64(9</data.mdb>, ...
    [GeneratedRegex(@"\bp?write(?:64|v|v2)?\((\d+)<")]
    private static partial Regex WriteCall();
}
