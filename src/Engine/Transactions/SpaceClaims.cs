using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// What the finished, not yet durable commits took and freed, oldest first; and the pages of the
/// newest durable commit's checkpoint. Used under the lock of <see cref="Space"/>.
/// </summary>
internal sealed class SpaceClaims(IReadOnlyList<PageRun> checkpointRuns)
{
    private readonly Queue<SpaceClaim> _claims = new();

    public bool IsEmpty => _claims.Count == 0;

    public IReadOnlyList<PageRun> CheckpointRuns { get; private set; } = checkpointRuns;

    public IEnumerable<PageRun> TakenRuns =>
        _claims.SelectMany(static claim => claim.Taken.ToRuns());

    public IEnumerable<PageRun> FreedRuns => _claims.SelectMany(static claim => claim.Freed);

    public void Add(SpaceClaim claim) => _claims.Enqueue(claim);

    /// <summary>The pages taken by one of the commits, to change.</summary>
    public PageSet TakenBy(TransactionId commit) =>
        _claims.First(claim => claim.Id == commit).Taken;

    /// <summary>Commits up to this one are durable: what they freed is pending now.</summary>
    public void Settle(TransactionId durable, PendingPages pending)
    {
        while (_claims.TryPeek(out SpaceClaim? claim) && claim.Id <= durable)
        {
            pending.Add(claim.Id, claim.Freed);
            CheckpointRuns = claim.CheckpointRuns;
            _claims.Dequeue();
        }
    }
}
