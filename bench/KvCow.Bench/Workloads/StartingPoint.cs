namespace KvCow.Bench.Workloads;

/// <summary>The database that a workload begins with.</summary>
internal enum StartingPoint
{
    /// <summary>The loaded database, opened for all rounds; the workload only reads.</summary>
    Loaded,

    /// <summary>A copy of the loaded database, opened for all rounds, and changed.</summary>
    Copied,

    /// <summary>The workload makes, opens and closes its own database in each round.</summary>
    Own,
}
