namespace KvCow.Cli.Output;

/// <summary>Hands the progress of a compaction to a progress bar.</summary>
internal sealed class CompactionFraction(Action<double> show) : IProgress<CompactionProgress>
{
    public void Report(CompactionProgress value) => show(value.Fraction);
}
