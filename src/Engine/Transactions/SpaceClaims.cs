using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// What the finished, not yet durable commits took and freed, oldest first; and the pages of the
/// newest durable commit's checkpoint. Used under the lock of <see cref="Space"/>.
/// </summary>
internal sealed class SpaceClaims(IReadOnlyList<PageRun> checkpointRuns)
{
    private readonly Queue<SpaceClaim> _claims = new();
    private readonly Dictionary<TransactionId, SpaceClaim> _byId = [];
    private readonly SupersededPages _superseded = new();
    private IReadOnlyList<PageRun> _checkpointRuns = checkpointRuns;

    // Of the commits that a flush counts on.
    private long _claimedTaken;
    private long _claimedFreed;

    public bool IsEmpty => _claims.Count == 0;

    /// <summary>Pages that the next flush makes durable.</summary>
    public long TakenCount { get; private set; }

    /// <summary>Pages that the next flush sets free.</summary>
    public long FreedCount { get; private set; }

    /// <summary>The larger of the two without the commits that a flush counts on.</summary>
    public long OwedCount => Math.Max(TakenCount - _claimedTaken, FreedCount - _claimedFreed);

    /// <summary>Pages that wait for readers of snapshots that are not durable.</summary>
    public long SupersededCount => _superseded.Count;

    public void Add(SpaceClaim claim, List<(PageRun Run, TransactionId Birth)> superseded)
    {
        _claims.Enqueue(claim);
        _byId.Add(claim.Id, claim);
        _superseded.Add(claim.Id, superseded);
        TakenCount += claim.Taken.Count;
        FreedCount += PageRun.Total(claim.Freed);
    }

    /// <summary>Takes a page back from the commit that wrote it.</summary>
    public void TakeBack(PageRun run, TransactionId birth)
    {
        _byId[birth].Taken.Remove(run);
        TakenCount -= run.Count;
    }

    /// <summary>Undoes <see cref="TakeBack"/>.</summary>
    public void GiveBack(PageRun run, TransactionId birth)
    {
        _byId[birth].Taken.Add(run);
        TakenCount += run.Count;
    }

    /// <summary>Takes back what no snapshot from <paramref name="oldest"/> on reaches.</summary>
    public List<PageRun> Recycle(TransactionId oldest)
    {
        List<PageRun> recycled = [];
        foreach ((PageRun run, TransactionId birth) in _superseded.Release(oldest))
        {
            TakeBack(run, birth);
            recycled.Add(run);
        }

        return recycled;
    }

    /// <summary>For a planted bug: frees what commits gave up that are not durable.</summary>
    public void FreeTooEarly(TransactionId oldest, FreeMap free)
    {
        foreach (SpaceClaim claim in _claims.Where(claim => claim.Id <= oldest))
        {
            claim.Freed.ForEach(free.Add);
            FreedCount -= PageRun.Total(claim.Freed);
            claim.Freed.Clear();
        }
    }

    /// <summary>
    /// A flush counts on commits up to this one from here on: their pages are freed like others.
    /// </summary>
    public void Claim(TransactionId claimed)
    {
        foreach ((TransactionId freedBy, PageRun run) in _superseded.Claim(claimed))
        {
            _byId[freedBy].Freed.Add(run);
            FreedCount += run.Count;
        }

        _claimedTaken = _claimedFreed = 0;
        foreach (SpaceClaim claim in _claims.Where(claim => claim.Id <= claimed))
        {
            _claimedTaken += claim.Taken.Count;
            _claimedFreed += PageRun.Total(claim.Freed);
        }
    }

    /// <summary>Commits up to this one are durable: what they freed is pending now.</summary>
    public void Settle(TransactionId durable, PendingPages pending)
    {
        while (_claims.TryPeek(out SpaceClaim? claim) && claim.Id <= durable)
        {
            pending.Add(claim.Id, claim.Freed);
            _checkpointRuns = claim.CheckpointRuns;
            TakenCount -= claim.Taken.Count;
            FreedCount -= PageRun.Total(claim.Freed);
            _byId.Remove(claim.Id);
            _claims.Dequeue();
        }

        _claimedTaken = _claimedFreed = 0;
    }

    /// <summary>All that no tree of the newest finished commit reaches.</summary>
    public IEnumerable<PageRun> Unreached() => Unreached(new TransactionId(ulong.MaxValue));

    /// <summary>
    /// All that no tree of a snapshot reaches: what it and those before freed, and what those after
    /// took.
    /// </summary>
    public IEnumerable<PageRun> Unreached(TransactionId snapshot) => _claims
        .SelectMany(claim => claim.Id <= snapshot ? claim.Freed : claim.Taken.ToRuns())
        .Concat(_superseded.FreedUpTo(snapshot));

    /// <summary>The pages of a snapshot's checkpoint.</summary>
    public IReadOnlyList<PageRun> CheckpointRunsOf(TransactionId snapshot) =>
        _claims.LastOrDefault(claim => claim.Id <= snapshot)?.CheckpointRuns ?? _checkpointRuns;
}
