namespace KvCow.Cli.Output;

/// <summary>Shows which share of a backup or restore is done.</summary>
internal sealed class BackupShare(Action<double> show) : IProgress<BackupProgress>
{
    public void Report(BackupProgress value) =>
        show(value.PagesTotal == 0 ? 1 : (double)value.PagesDone / value.PagesTotal);
}
