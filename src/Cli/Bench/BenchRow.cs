namespace KvCow.Cli.Bench;

/// <summary>What one step took.</summary>
internal sealed record BenchRow(string Name, string Unit, long Count, double Seconds)
{
    public double Rate => Count / Math.Max(Seconds, 1e-9);
}
