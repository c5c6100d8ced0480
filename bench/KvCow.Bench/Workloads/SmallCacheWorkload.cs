using System.Globalization;
using KvCow.Bench.Children;
using KvCow.Bench.Data;
using KvCow.Bench.Measuring;

namespace KvCow.Bench.Workloads;

/// <summary>
/// Random gets from data four times the peer's cache, in a process of its own. With a control group
/// the system's cache is bounded too; without one it holds the whole file, which only a peer that
/// maps the file can use without a call.
/// </summary>
internal sealed class SmallCacheWorkload() : Workload("small-cache")
{
    private const ulong Seed = 500;
    private const int DataPerCache = 4;

    public override StartingPoint Start => StartingPoint.Own;

    public override long? ExpectedSum(ExpectedState state, int round) =>
        state.GetSum(Seed, GetsOf(state.Count));

    public override Sample Run(Trial trial)
    {
        string folder = trial.Dataset.Loaded(trial.Peer);
        long gets = GetsOf(trial.Count);
        long dataBytes = (long)trial.Count * (Records.KeyBytes + Records.ValueBytes);
        List<string> words =
        [
            ChildTasks.Gets, trial.Peer.Name, folder, Text(dataBytes / DataPerCache),
            Text(trial.Count), Text(gets),
        ];
        if (trial.Options.ControlGroup is { } group) words.Add(group);
        Dictionary<string, double> found = ChildProcess.Run([.. words]);
        return new Sample
        {
            Operations = gets,
            Seconds = found["seconds"],
            CpuSeconds = found["cpuSeconds"],
            Sum = (long)found["sum"],
        };
    }

    // Most of them read the device, where a control group is given.
    private static long GetsOf(int count) => count / 10;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
