using KvCow.Bench.Data;
using KvCow.Bench.Measuring;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Workloads;

/// <summary>All entries in order, five times over.</summary>
internal sealed class ScanWorkload(string name, bool isReversed) : Workload(name)
{
    private const int Scans = 5;

    public override long? ExpectedSum(ExpectedState state, int round) => Scans * state.ScanSum();

    public override Sample Run(Trial trial)
    {
        using IReader reader = trial.Engine.OpenReader();
        return Meter.Measure((long)trial.Count * Scans, () =>
        {
            long sum = 0;
            for (int n = 0; n < Scans; n++) sum += reader.Scan(isReversed, out _);
            return sum;
        });
    }
}
