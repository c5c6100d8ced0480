using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>The committed pages that the running transaction gives up, with their births.</summary>
internal sealed class FreedPages
{
    private readonly List<(PageRun Run, TransactionId Birth)> _runs = [];

    public bool IsEmpty => _runs.Count == 0;

    public long Count { get; private set; }

    public void Add(PageRun run, TransactionId birth)
    {
        _runs.Add((run, birth));
        Count += run.Count;
    }

    /// <summary>All of them, neighbours joined, ascending.</summary>
    public List<PageRun> ToNormalized()
    {
        List<PageRun> runs = [.. _runs.Select(static freed => freed.Run)];
        PageRun.Normalize(runs);
        return runs;
    }

    /// <summary>Those born after a commit, as they came; and the others, normalized.</summary>
    public (List<(PageRun Run, TransactionId Birth)> Younger, List<PageRun> Others) Divide(
        TransactionId commit)
    {
        List<(PageRun, TransactionId)> younger = [];
        List<PageRun> others = [];
        foreach ((PageRun run, TransactionId birth) in _runs)
        {
            if (birth > commit) younger.Add((run, birth));
            else others.Add(run);
        }

        PageRun.Normalize(others);
        return (younger, others);
    }
}
