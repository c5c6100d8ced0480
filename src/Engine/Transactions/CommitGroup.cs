using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>What one flush is for.</summary>
/// <param name="Target">
/// The commit whose pages it makes durable with all before; null if all are, or if the redo log
/// makes commits durable.
/// </param>
/// <param name="Batch">The commits that the redo log makes durable.</param>
/// <param name="Waiting">Those who wait for it.</param>
/// <param name="Refusal">Why commits after the target cannot be flushed now.</param>
internal sealed record CommitGroup(
    MetaPage? Target, List<FinishedCommit> Batch, List<FinishedCommit> Waiting,
    Exception? Refusal)
{
    /// <summary>Those who wait, divided by whether what they wait for is done.</summary>
    public (List<FinishedCommit> Done, List<FinishedCommit> Late) Divide(SnapshotRegistry snapshots)
    {
        List<FinishedCommit> done = [];
        List<FinishedCommit> late = [];
        foreach (FinishedCommit commit in Waiting)
        {
            TransactionId durable = commit.NeedsPages ? snapshots.Durable.Id : snapshots.Safe;
            (commit.Meta.Id <= durable ? done : late).Add(commit);
        }

        return (done, late);
    }

    /// <summary>
    /// The newest of told commits, whose pages are written while others are told; null if none are.
    /// </summary>
    public MetaPage? Told { get; init; }

    /// <summary>Whether the redo log has no room for those who wait.</summary>
    public bool LogIsFull { get; init; }

    public bool IsParanoid => Waiting.Exists(static commit => commit.IsParanoid);
}
