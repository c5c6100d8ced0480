using KvCow.Bench.Children;
using KvCow.Bench.Measuring;

namespace KvCow.Bench.Workloads;

/// <summary>
/// Opens the loaded database in a new process and gets one record; and a copy that a killed process
/// was committing to. The files are in the system's cache.
/// </summary>
internal sealed class OpenWorkload() : Workload("open")
{
    public override StartingPoint Start => StartingPoint.Own;

    public override Sample Run(Trial trial)
    {
        string peer = trial.Peer.Name;
        string folder = trial.Dataset.Copy(trial.Peer, peer);
        Dictionary<string, double> cold =
            ChildProcess.Run(ChildTasks.Open, peer, folder, "cold");
        Dictionary<string, double> clean =
            ChildProcess.Run(ChildTasks.Open, peer, folder, "warm");
        ChildProcess.Kill(ChildTasks.CommitForever, peer, folder);
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
}
