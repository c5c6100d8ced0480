using System.Runtime.InteropServices;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>Walks one snapshot for the shape of its trees and the use of each page.</summary>
internal sealed class StoreShape : SnapshotWalk
{
    private const int PagesPerReport = 1024;
    private const int ProblemsMax = 1000;

    private readonly PageUse[] _uses;
    private readonly Dictionary<(BucketPlace? Bucket, bool IsCatalog), Tally> _tallies = [];
    private readonly List<VerifyFinding> _problems = [];
    private readonly IProgress<VerifyProgress>? _progress;
    private readonly CancellationToken _ct;
    private long _pages;

    public StoreShape(PageFile file, MetaPage meta,
        IProgress<VerifyProgress>? progress, CancellationToken ct)
        : base(file, meta)
    {
        _uses = new PageUse[meta.PageCount];
        _progress = progress;
        _ct = ct;
    }

    protected override bool IsStopped => _problems.Count >= ProblemsMax;

    public DatabaseShape Take(FreeMap unreached, IReadOnlyList<PageRun> checkpoint)
    {
        Mark(new PageRun(0, MetaPage.SlotCount), PageUse.Meta);
        foreach (PageRun run in unreached.Runs()) Mark(run, PageUse.Free);
        foreach (PageRun run in checkpoint) Mark(run, PageUse.FreeList);
        Run();
        return new DatabaseShape(Meta.Id.Value, File.PageBytes,
            [.. _tallies.Select(tree => tree.Value.ToShape(
                tree.Key.Bucket?.ToString(), tree.Key.IsCatalog, File.PageBytes))],
            _uses, _problems);
    }

    protected override bool Wants(TransactionId birth) => true;

    protected override bool OnPage(in Visit visit, ReadOnlySpan<byte> page)
    {
        bool isLeaf = PageHeader.Kind(page) == PageKind.Leaf;
        Mark(new PageRun(visit.Reference.Id.Index, 1), isLeaf ? PageUse.Leaf : PageUse.Branch);
        TallyOf(visit.Bucket, visit.InCatalog).Add(PageHeader.Level(page),
            isLeaf ? new LeafPage(page).CellCount : new BranchPage(page).ChildCount,
            isLeaf ? new LeafPage(page).UsedBytes : new BranchPage(page).UsedBytes);
        CountPage();
        return true;
    }

    protected override void OnOverflowPage(
        PageId id, BucketPlace? bucket, ReadOnlySpan<byte> page)
    {
        Mark(new PageRun(id.Index, 1), PageUse.Overflow);
        TallyOf(bucket, isCatalog: false).OverflowPages++;
        CountPage();
    }

    protected override void OnProblem(PageId id, BucketPlace? bucket, string problem) =>
        _problems.Add(new VerifyFinding(id.Index, bucket?.ToString(), problem));

    private void CountPage()
    {
        _ct.ThrowIfCancellationRequested();
        if (++_pages % PagesPerReport == 0)
            _progress?.Report(new VerifyProgress(_pages, Meta.Pages.Total));
    }

    private void Mark(PageRun run, PageUse use)
    {
        // The free list may be ahead of the snapshot: its file was shorter.
        uint end = Math.Min(run.End, (uint)_uses.Length);
        for (uint page = run.Start; page < end; page++) _uses[page] = use;
    }

    private Tally TallyOf(BucketPlace? bucket, bool isCatalog)
    {
        ref Tally? tally = ref CollectionsMarshal.GetValueRefOrAddDefault(
            _tallies, (bucket, isCatalog), out _);
        return tally ??= new Tally();
    }

    /// <summary>Sums of one tree, by level.</summary>
    private sealed class Tally
    {
        private readonly List<(long Pages, long Cells, long Used)> _levels = [];

        public long OverflowPages { get; set; }

        public void Add(int level, int cells, int used)
        {
            while (_levels.Count <= level) _levels.Add(default);
            (long pages, long allCells, long allUsed) = _levels[level];
            _levels[level] = (pages + 1, allCells + cells, allUsed + used);
        }

        public TreeShape ToShape(string? bucket, bool isCatalog, int pageBytes)
        {
            List<LevelShape> levels = [];
            for (int level = _levels.Count - 1; level >= 0; level--)
            {
                (long pages, long cells, long used) = _levels[level];
                levels.Add(new LevelShape(
                    level, pages, cells, used, pages == 0 ? 0 : (double)used / pages / pageBytes));
            }

            return new TreeShape(bucket, isCatalog, levels, OverflowPages);
        }
    }
}
