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

    /// <summary>Divides them by birth.</summary>
    /// <param name="claimed">The newest commit that a flush counts on.</param>
    /// <param name="visible">The newest commit that anybody can read.</param>
    public ReplacedPages Divide(TransactionId claimed, TransactionId visible)
    {
        ReplacedPages pages = new([], [], []);
        foreach ((PageRun run, TransactionId birth) in _runs)
        {
            if (birth <= claimed) pages.Durable.Add(run);
            else if (birth <= visible) pages.Seen.Add((run, birth));
            else pages.Unseen.Add((run, birth));
        }

        PageRun.Normalize(pages.Durable);
        return pages;
    }
}
