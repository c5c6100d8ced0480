using KvCow.Bench.Data;
using KvCow.Bench.Peers;

namespace KvCow.Bench.Measuring;

/// <summary>One peer's turn in one round.</summary>
/// <param name="Peer">Whose turn it is.</param>
/// <param name="Round">Counted from 0; the first ones warm up.</param>
/// <param name="Folder">The peer's database.</param>
/// <param name="Dataset">The loaded databases.</param>
/// <param name="State">What the database holds after this round.</param>
/// <param name="Options">What the run measures.</param>
internal sealed record Trial(Peer Peer, int Round, string Folder, Dataset Dataset,
    ExpectedState State, BenchOptions Options)
{
    /// <summary>The open database; null for workloads that open it themselves.</summary>
    public IEngine? Opened { get; init; }

    public IEngine Engine =>
        Opened ?? throw new InvalidOperationException("The workload opens the database itself.");

    public int Count => State.Count;
}
