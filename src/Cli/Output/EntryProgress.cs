namespace KvCow.Cli.Output;

/// <summary>Shows how many entries an export has handled.</summary>
internal sealed class EntryProgress(Action<double> show) : IProgress<ExportTotals>
{
    public void Report(ExportTotals value) => show(value.Entries);
}
