namespace KvCow;

/// <summary>Counts pages and entries, tells how far it is, and stops when asked to.</summary>
internal sealed class SalvagePace(
    long pagesTotal, IProgress<SalvageProgress>? progress, CancellationToken ct)
{
    private const int PagesPerReport = 1024;

    private long _pages;

    public long Entries { get; private set; }

    public void CountEntry() => Entries++;

    public void Look()
    {
        ct.ThrowIfCancellationRequested();
        if (++_pages % PagesPerReport == 0) Report();
    }

    public void Report() => progress?.Report(new SalvageProgress(_pages, pagesTotal, Entries));
}
