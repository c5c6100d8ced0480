using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Pages that finished transactions wrote and later ones replaced before any flush counted on them,
/// but after they became visible: nobody needs them on the device, only snapshots in memory do.
/// </summary>
internal sealed class SupersededPages
{
    private Queue<(TransactionId FreedBy, PageRun Run, TransactionId Birth)> _pages = new();

    public long Count { get; private set; }

    public void Add(TransactionId freedBy, List<(PageRun Run, TransactionId Birth)> pages)
    {
        foreach ((PageRun run, TransactionId birth) in pages)
        {
            _pages.Enqueue((freedBy, run, birth));
            Count += run.Count;
        }
    }

    /// <summary>Takes out what no snapshot from <paramref name="oldest"/> on reaches.</summary>
    public List<(PageRun Run, TransactionId Birth)> Release(TransactionId oldest)
    {
        List<(PageRun, TransactionId)> released = [];
        while (_pages.TryPeek(out (TransactionId FreedBy, PageRun Run, TransactionId Birth) page)
            && (page.FreedBy <= oldest || PlantedBugs.IgnoreReadersOfSuperseded))
        {
            released.Add((page.Run, page.Birth));
            Count -= page.Run.Count;
            _pages.Dequeue();
        }

        return released;
    }

    /// <summary>
    /// Takes out what was born up to a commit that a flush counts on from here on.
    /// </summary>
    public List<(TransactionId FreedBy, PageRun Run)> Claim(TransactionId claimed)
    {
        List<(TransactionId, PageRun)> taken = [];
        Queue<(TransactionId, PageRun, TransactionId)> others = new();
        foreach ((TransactionId freedBy, PageRun run, TransactionId birth) in _pages)
        {
            if (birth > claimed)
            {
                others.Enqueue((freedBy, run, birth));
                continue;
            }

            taken.Add((freedBy, run));
            Count -= run.Count;
        }

        _pages = others;
        return taken;
    }

    /// <summary>Those that a snapshot does not reach.</summary>
    public IEnumerable<PageRun> FreedUpTo(TransactionId snapshot) => _pages
        .Where(page => page.FreedBy <= snapshot).Select(static page => page.Run);
}
