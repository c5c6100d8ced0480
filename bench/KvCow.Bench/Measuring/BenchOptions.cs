using KvCow.Bench.Peers;

namespace KvCow.Bench.Measuring;

/// <summary>What a run measures.</summary>
internal sealed record BenchOptions
{
    /// <summary>Records loaded.</summary>
    public required int Count { get; init; }

    /// <summary>Rounds measured, after those that warm up.</summary>
    public required int Rounds { get; init; }

    public required IReadOnlyList<Peer> Peers { get; init; }

    public required IReadOnlyList<string> Workloads { get; init; }

    /// <summary>Folder for the databases, on the device that is to be measured.</summary>
    public required string Folder { get; init; }

    /// <summary>The file that gets the results; those of other workloads stay in it.</summary>
    public required string Output { get; init; }

    /// <summary>
    /// Folder of a memory control group for the runs with little memory; null: only the peers' own
    /// caches are bounded.
    /// </summary>
    public string? ControlGroup { get; init; }
}
