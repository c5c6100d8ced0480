namespace KvCow.Cli.Output;

/// <summary>Shows how much of its input an import has read.</summary>
internal sealed class StreamProgress(Stream source, Action<double> show) : IProgress<ExportTotals>
{
    public void Report(ExportTotals value)
    {
        if (source.CanSeek) show(source.Position);
    }
}
