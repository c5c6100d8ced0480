using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>The committed pages that the running transaction gives up.</summary>
/// <param name="durable">
/// A commit that was durable when the transaction began. Only pages born after it need their birth
/// noted: those of older ones are compact, a bit each.
/// </param>
internal sealed class FreedPages(TransactionId durable)
{
    private readonly PageSet _old = new();
    private readonly List<(PageRun Run, TransactionId Birth)> _young = [];

    // What was asked for last, until something is added.
    private List<PageRun>? _normalized;

    public bool IsEmpty => Count == 0;

    public long Count { get; private set; }

    /// <exception cref="CorruptPageException">One of the pages was given up before.</exception>
    public void Add(PageRun run, TransactionId birth)
    {
        Count += run.Count;
        _normalized = null;
        if (birth > durable) _young.Add((run, birth));
        else if (!_old.Add(run)) throw DoubleFree.Exception(run.Start);
    }

    public void Add(FreedPages other)
    {
        foreach (PageRun run in other._old.ToRuns()) Add(run, TransactionId.None);
        foreach ((PageRun run, TransactionId birth) in other._young) Add(run, birth);
    }

    /// <summary>All of them, neighbours joined, ascending; not to be changed.</summary>
    public List<PageRun> ToNormalized() => _normalized ??= Normalize();

    /// <summary>Divides them by birth.</summary>
    /// <param name="claimed">The newest commit that a flush counts on.</param>
    /// <param name="visible">The newest commit that anybody can read.</param>
    public ReplacedPages Divide(TransactionId claimed, TransactionId visible)
    {
        ReplacedPages pages = new([], [], _old.ToRuns());
        foreach ((PageRun run, TransactionId birth) in _young)
        {
            if (birth <= claimed) pages.Durable.Add(run);
            else if (birth <= visible) pages.Seen.Add((run, birth));
            else pages.Unseen.Add((run, birth));
        }

        PageRun.Normalize(pages.Durable);
        return pages;
    }

    private List<PageRun> Normalize()
    {
        List<PageRun> runs = _old.ToRuns();
        if (_young.Count == 0) return runs;
        foreach ((PageRun run, _) in _young) runs.Add(run);
        PageRun.Normalize(runs);
        return runs;
    }
}
