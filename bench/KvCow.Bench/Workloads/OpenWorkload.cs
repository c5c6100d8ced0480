using KvCow.Bench.Children;
using KvCow.Bench.Measuring;

namespace KvCow.Bench.Workloads;

/// <summary>
/// Opens the loaded database in a new process and gets one record; and a copy that a killed process
/// was committing to. The files are in the system's cache.
/// </summary>
internal sealed class OpenWorkload() : Workload("open")
{
    /// <summary>Enough for the code to be compiled, though not for its last tier.</summary>
    private const int SmallCount = 5;

    public override StartingPoint Start => StartingPoint.Own;

    public override Sample Run(Trial trial)
    {
        string peer = trial.Peer.Name;
        string folder = trial.Dataset.Copy(trial.Peer, peer);
        Dictionary<string, double> cold =
            ChildProcess.Run(ChildTasks.Open, peer, folder, "cold");
        KillSmall(peer, folder);
        Dictionary<string, double> clean =
            ChildProcess.Run(ChildTasks.Open, peer, folder, "warm");
        ChildProcess.Kill(ChildTasks.CommitForever, peer, folder);
        KillSmall(peer, folder);
        Dictionary<string, double> killed =
            ChildProcess.Run(ChildTasks.Open, peer, folder, "warm");
        return new Sample
        {
            Operations = 1,
            Seconds = cold[Figures.FirstOpen] / 1e6,
            Extra = new Dictionary<string, double>
            {
                [Figures.FirstOpen] = cold[Figures.FirstOpen],
                [Figures.LaterOpen] = cold[Figures.LaterOpen],
                [Figures.CleanOpen] = clean[Figures.FirstOpen],
                [Figures.KilledOpen] = killed[Figures.FirstOpen],
            },
        };
    }

    /// <summary>Leaves small databases as killed processes do, for the next one to mend.</summary>
    private static void KillSmall(string peer, string folder)
    {
        for (int n = 0; n < SmallCount; n++)
        {
            string small = folder + ChildTasks.SmallSuffix + n;
            if (Directory.Exists(small)) Directory.Delete(small, recursive: true);
            Directory.CreateDirectory(small);
            ChildProcess.Kill(ChildTasks.CommitForever, peer, small);
        }
    }
}
