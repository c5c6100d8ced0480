using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Checks one snapshot as a whole: every page by itself and against its parent, every key against
/// the separators above, and that each page of the file is reached once, or free, or pending.
/// </summary>
internal sealed class StoreVerifier : SnapshotWalk
{
    private const int FindingsMax = 1000;
    private const int PagesPerReport = 1024;

    private readonly FreeMap _unreached;
    private readonly IProgress<VerifyProgress>? _progress;
    private readonly CancellationToken _ct;
    private readonly List<VerifyFinding> _findings = [];
    private PageCounts _counts;
    private long _entries;
    private long _pages;
    private int _depth;

    /// <param name="file">Read from the device, not from the cache.</param>
    /// <param name="meta">The snapshot; somebody keeps it open.</param>
    /// <param name="unreached">Pages known not to belong to it.</param>
    /// <param name="progress">Told every 1,024 pages.</param>
    /// <param name="ct">Ends the walk.</param>
    public StoreVerifier(PageFile file, MetaPage meta, FreeMap unreached,
        IProgress<VerifyProgress>? progress, CancellationToken ct)
        : base(file, meta)
    {
        _unreached = unreached;
        _progress = progress;
        _ct = ct;
    }

    protected override bool ChecksBounds => true;

    protected override bool IsStopped => _findings.Count >= FindingsMax;

    public VerifyReport Verify(IReadOnlyList<PageRun> checkpoint)
    {
        Reach(new PageRun(0, MetaPage.SlotCount), null);
        foreach (PageRun run in checkpoint) Reach(run, null);
        Run();
        if (_findings.Count == 0) FindLeaks();
        if (_findings.Count == 0 && _counts != Meta.Pages)
        {
            Report(PageId.None, null,
                $"the meta page counts {Meta.Pages}, the trees have {_counts}");
        }

        _progress?.Report(new VerifyProgress(_pages, _pages));
        return new VerifyReport(_pages, _entries, _depth, _findings);
    }

    protected override bool Wants(TransactionId birth) => true;

    protected override bool OnPage(in Visit visit, ReadOnlySpan<byte> page)
    {
        PageKind kind = PageHeader.Kind(page);
        _counts = _counts.With(kind, 1);
        _depth = Math.Max(_depth, PageHeader.Level(page) + 1);
        if (kind == PageKind.Leaf && !visit.InCatalog) _entries += (long)visit.Reference.Count;
        CountPage();
        return Reach(new PageRun(visit.Reference.Id.Index, 1), visit.Bucket);
    }

    protected override void OnOverflowPage(
        PageId id, BucketPlace? bucket, ReadOnlySpan<byte> page)
    {
        _counts = _counts.With(PageKind.Overflow, 1);
        CountPage();
        Reach(new PageRun(id.Index, 1), bucket);
    }

    protected override void OnProblem(PageId id, BucketPlace? bucket, string problem) =>
        Report(id, bucket, problem);

    private void CountPage()
    {
        _ct.ThrowIfCancellationRequested();
        if (++_pages % PagesPerReport == 0)
            _progress?.Report(new VerifyProgress(_pages, Meta.Pages.Total));
    }

    /// <summary>
    /// Marks pages as reached, in the same map that holds those that must not be.
    /// </summary>
    private bool Reach(PageRun run, BucketPlace? bucket)
    {
        if (_unreached.IsAllUsed(run))
        {
            _unreached.Add(run);
            return true;
        }

        Report(new PageId(run.Start), bucket,
            "it is referred to twice, or is both in use and free (invariant 5)");
        return false;
    }

    private void FindLeaks()
    {
        uint next = 0;
        foreach (PageRun run in _unreached.Runs())
        {
            if (run.Start > next) ReportLeak(next, run.Start);
            next = run.End;
        }

        if (next < Meta.PageCount) ReportLeak(next, Meta.PageCount);
    }

    private void ReportLeak(uint start, uint end) => Report(new PageId(start), null,
        $"{end - start} pages from here are neither in use nor free (invariant 5)");

    private void Report(PageId id, BucketPlace? bucket, string problem)
    {
        if (_findings.Count < FindingsMax)
            _findings.Add(new VerifyFinding(id.Index, bucket?.ToString(), problem));
    }
}
