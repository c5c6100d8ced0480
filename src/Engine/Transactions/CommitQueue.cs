using System.Diagnostics;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Lets one flush make many transactions durable: whoever finishes one while nobody flushes
/// becomes the leader and flushes all that are finished; those that finish meanwhile are the next
/// group. The flush under way is the window; there is no timer.
/// </summary>
internal sealed class CommitQueue(StoreParts parts)
{
    private readonly Committer _committer = new(parts);
    private readonly OverdueReaders _overdue = new(parts);

    // Guards the fields below, and keeps the leader from claiming a commit whose pages the running
    // transaction is writing over.
    private readonly Lock _gate = new();
    private List<FinishedCommit> _waiting = [];
    private MetaPage _newest = parts.Snapshots.Current;
    private TransactionId _claimed = parts.Snapshots.Current.Id;

    // Ends when nobody leads; null while nobody does.
    private TaskCompletionSource? _leading;

    /// <summary>The newest finished commit: what the next transaction builds on.</summary>
    public MetaPage Newest
    {
        get { using (Uninterrupted.Enter(_gate)) return _newest; }
    }

    /// <summary>Writes the pages of the running transaction and queues it for the flush.</summary>
    public FinishedCommit Finish(PageChange change)
    {
        bool isLarge = change.HasSpilled || change.Dirty.Count > Committer.ReclaimPagesMax;
        if (isLarge)
        {
            // Long work: the queue goes on meanwhile, and the pages go to places of their own.
            FinishedCommit large = _committer.Finish(Newest, change, change.Id);
            using (Uninterrupted.Enter(_gate)) return Join(large);
        }

        using (Uninterrupted.Enter(_gate))
            return Join(_committer.Finish(_newest, change, Claimed));
    }

    /// <summary>Returns when the commit is durable, or throws what became of it.</summary>
    public void Await(FinishedCommit commit)
    {
        if (commit.TakeLead()) Lead(commit);
        SyncPoints.Await(commit.Done);
        Uninterrupted.Run(() => Task.WaitAny(commit.Done));
        commit.Done.GetAwaiter().GetResult();
    }

    /// <summary>The same without blocking the caller.</summary>
    public Task AwaitAsync(FinishedCommit commit)
    {
        if (commit.TakeLead()) SyncPoints.Queue(Lead, commit);
        return commit.Done;
    }

    /// <summary>Waits until all finished commits are settled. Nobody finishes any more.</summary>
    public void Drain()
    {
        Task? leading;
        using (Uninterrupted.Enter(_gate)) leading = _leading?.Task;
        if (leading is null) return;
        SyncPoints.Await(leading);
        Uninterrupted.Run(() => Task.WaitAny(leading));
    }

    private TransactionId Claimed =>
        PlantedRaces.ReclaimClaimedPages ? parts.Snapshots.Current.Id : _claimed;

    private FinishedCommit Join(FinishedCommit commit)
    {
        _newest = commit.Meta;
        _waiting.Add(commit);
        if (_leading is not null) return commit;

        _leading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        commit.GiveLead();
        return commit;
    }

    /// <summary>Flushes until <paramref name="own"/> is done, then hands over.</summary>
    private void Lead(FinishedCommit? own)
    {
        while (true)
        {
            List<FinishedCommit> group = Claim();
            if (group.Count == 0) return;
            if (own is { Done.IsCompleted: true })
            {
                // The caller has waited long enough: the rest is somebody else's.
                if (!PlantedRaces.DropLeaderHandOver) SyncPoints.Queue(LeadFrom, group);
                return;
            }

            Flush(group);
        }
    }

    private void LeadFrom(List<FinishedCommit> group)
    {
        Flush(group);
        Lead(null);
    }

    private List<FinishedCommit> Claim()
    {
        List<FinishedCommit> group = [];
        bool wasEmpty = PlantedRaces.SkipSecondLook && _waiting.Count == 0;
        using (Uninterrupted.Enter(_gate))
        {
            if (_waiting.Count == 0 || wasEmpty)
            {
                _leading?.SetResult();
                _leading = null;
                return group;
            }

            (group, _waiting) = (_waiting, group);
            _claimed = group[^1].Meta.Id;
            return group;
        }
    }

    private void Flush(List<FinishedCommit> group)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            _committer.MakeDurable(group[^1]);
        }
        catch (Exception failure)
        {
            // Latched: nothing after this is written, so all of the group share the fate.
            group.ForEach(commit => commit.Fail(failure));
            return;
        }

        group.ForEach(static commit => commit.Complete());
        parts.File.Telemetry.Committed(group[^1].Meta.Id.Value, group.Count, start);
        _overdue.Report();
    }
}
