namespace KvCow.Engine.Backups;

/// <summary>Counts the pages of all passes, reports now and then, ends on request.</summary>
internal sealed class BackupPace(
    long pagesTotal, IProgress<BackupProgress>? progress, CancellationToken ct)
{
    /// <summary>4 MiB of 4 KiB pages: a few reports a second at least, at no cost.</summary>
    private const int PagesPerReport = 1024;

    private long _done;

    public CancellationToken Token => ct;

    public void Step()
    {
        ct.ThrowIfCancellationRequested();
        if (++_done % PagesPerReport == 0) Report();
    }

    public void Report() =>
        progress?.Report(new BackupProgress(_done, Math.Max(_done, pagesTotal)));
}
