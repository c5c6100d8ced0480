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

    public bool IsEmpty => Count == 0;

    public long Count { get; private set; }

    /// <exception cref="CorruptPageException">One of the pages was given up before.</exception>
    public void Add(PageRun run, TransactionId birth)
    {
        Count += run.Count;
        if (birth > durable) _young.Add((run, birth));
        else if (!_old.Add(run)) throw DoubleFree.Exception(run.Start);
    }

    public void Add(FreedPages other)
    {
        foreach (PageRun run in other._old.ToRuns()) Add(run, TransactionId.None);
        foreach ((PageRun run, TransactionId birth) in other._young) Add(run, birth);
    }

    /// <summary>All of them, neighbours joined, ascending.</summary>
    public List<PageRun> ToNormalized()
    {
        List<PageRun> runs = _old.ToRuns();
        if (_young.Count == 0) return runs;
        runs.AddRange(_young.Select(static freed => freed.Run));
        PageRun.Normalize(runs);
        return runs;
    }

    /// <summary>Those born after a commit, as they came; and the others, normalized.</summary>
    public (List<(PageRun Run, TransactionId Birth)> Younger, List<PageRun> Others) Divide(
        TransactionId commit)
    {
        List<(PageRun, TransactionId)> younger = [];
        List<PageRun> others = _old.ToRuns();
        foreach ((PageRun run, TransactionId birth) in _young)
        {
            if (birth > commit) younger.Add((run, birth));
            else others.Add(run);
        }

        PageRun.Normalize(others);
        return (younger, others);
    }
}
