using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Pages that commits replaced while older snapshots may still read them, by commit.
/// </summary>
internal sealed class PendingPages
{
    private readonly Queue<(TransactionId FreedBy, List<PageRun> Runs)> _commits = new();

    public long Count { get; private set; }

    public IEnumerable<PageRun> Runs => _commits.SelectMany(static commit => commit.Runs);

    public void Add(TransactionId freedBy, List<PageRun> runs)
    {
        if (runs.Count == 0) return;
        _commits.Enqueue((freedBy, runs));
        Count += PageRun.Total(runs);
    }

    /// <summary>
    /// Moves to <paramref name="free"/> what no snapshot from <paramref name="oldest"/> on reaches:
    /// pages freed by commit N are last seen by snapshot N-1.
    /// </summary>
    public void Release(TransactionId oldest, FreeMap free)
    {
        if (PlantedBugs.ReleaseTooEarly) oldest = oldest.Next;
        while (_commits.TryPeek(out (TransactionId FreedBy, List<PageRun> Runs) commit)
            && commit.FreedBy <= oldest)
        {
            foreach (PageRun run in commit.Runs)
            {
                free.Add(run);
                Count -= run.Count;
            }

            _commits.Dequeue();
        }
    }
}
