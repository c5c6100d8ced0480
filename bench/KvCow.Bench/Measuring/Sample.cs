namespace KvCow.Bench.Measuring;

/// <summary>What one peer did in one round of one workload.</summary>
internal sealed record Sample
{
    /// <summary>Operations done: gets, entries, puts, or whatever the workload counts.</summary>
    public required long Operations { get; init; }

    /// <summary>Wall time in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>
    /// Processor time in seconds of all threads, with the work that the peer had left to its
    /// background threads.
    /// </summary>
    public double CpuSeconds { get; init; }

    /// <summary>Managed bytes allocated.</summary>
    public long AllocatedBytes { get; init; }

    /// <summary>The sum over what was read, to compare between peers; 0 if nothing was.</summary>
    public long Sum { get; init; }

    /// <summary>Further figures of this workload, by name.</summary>
    public Dictionary<string, double> Extra { get; init; } = [];

    public double PerSecond => Operations / Seconds;

    /// <summary>A figure by name: an extra one, or one that every sample has.</summary>
    public double? Figure(string name) => name switch
    {
        Figures.PerSecond => PerSecond,
        Figures.CpuPerOperation => CpuSeconds / Operations * 1e6,
        Figures.BytesPerOperation => (double)AllocatedBytes / Operations,
        _ => Extra.TryGetValue(name, out double value) ? value : null,
    };
}
