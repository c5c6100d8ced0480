using KvCow.Bench.Measuring;

namespace KvCow.Bench.Reports;

/// <summary>All measured rounds of one peer in one workload.</summary>
internal sealed record Result(string Workload, string Peer, IReadOnlyList<Sample> Samples)
{
    /// <summary>The middle one of a figure's values, or null if no round has it.</summary>
    public double? Median(string figure)
    {
        double[] values = Values(figure);
        if (values.Length == 0) return null;
        int half = values.Length / 2;
        return values.Length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }

    public double? Least(string figure) => Values(figure) is { Length: > 0 } all ? all[0] : null;

    public double? Most(string figure) => Values(figure) is { Length: > 0 } all ? all[^1] : null;

    private double[] Values(string figure) =>
        [.. Samples.Select(sample => sample.Figure(figure)).OfType<double>().Order()];
}
