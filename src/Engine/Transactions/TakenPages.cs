using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>The pages that the running transaction has taken from the free ones.</summary>
internal sealed class TakenPages
{
    private readonly List<PageRun> _runs = [];

    public IReadOnlyList<PageRun> Runs => _runs;

    /// <summary>The same, neighbours joined, ascending; a copy.</summary>
    public List<PageRun> ToNormalized()
    {
        PageRun.Normalize(_runs);
        return [.. _runs];
    }

    public void Add(PageRun run) => _runs.Add(run);

    /// <summary>Removes pages that lie within one of the runs.</summary>
    public void Remove(PageRun run)
    {
        int index = _runs.FindIndex(taken => taken.Start <= run.Start && run.End <= taken.End);
        PageRun whole = _runs[index];
        _runs.RemoveAt(index);
        if (whole.Start < run.Start)
            _runs.Add(new PageRun(whole.Start, run.Start - whole.Start));
        if (run.End < whole.End) _runs.Add(new PageRun(run.End, whole.End - run.End));
    }

    public void Clear() => _runs.Clear();
}
