using System.Diagnostics;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Lets one flush make many transactions durable: whoever finishes one while nobody flushes
/// becomes the leader and flushes all that are finished; those that finish meanwhile are the next
/// group. The flush under way is the window. Eventual commits wait for the next flush, or for a
/// timer or their bytes to begin one.
/// </summary>
internal sealed class CommitQueue
{
    /// <summary>
    /// Times the bytes that begin a flush, past which Eventual commits wait for it: a device slower
    /// than its writer must not fall behind without end.
    /// </summary>
    private const int BehindMax = 4;

    private readonly StoreParts _parts;
    private readonly Committer _committer;
    private readonly OverdueReaders _overdue;
    private readonly FlushTimer _timer;

    // Guards the fields below, and keeps the leader from claiming a commit whose pages the running
    // transaction is writing over.
    private readonly Lock _gate = new();
    private readonly CommitChain _chain;
    private List<FinishedCommit> _waiting = [];

    // Whether a flush was asked for that nobody waits for.
    private bool _isDue;

    // Ends when nobody leads; null while nobody does.
    private TaskCompletionSource? _leading;

    public CommitQueue(StoreParts parts)
    {
        _parts = parts;
        _committer = new Committer(parts);
        _overdue = new OverdueReaders(parts);
        _chain = new CommitChain(parts);
        _timer = new FlushTimer(
            parts.Options.TimeProvider, parts.Options.UnflushedTimeMax, OnTimer);
    }

    /// <summary>Whether somebody may be writing to the file.</summary>
    public bool IsLed
    {
        get { using (Uninterrupted.Enter(_gate)) return _leading is not null; }
    }

    /// <summary>The newest finished commit: what the next transaction builds on.</summary>
    public MetaPage Newest
    {
        get { using (Uninterrupted.Enter(_gate)) return _chain.Newest; }
    }

    private long UnflushedBytes => _parts.Space.UnflushedCount * _parts.File.PageBytes;

    private bool IsOverdue => UnflushedBytes >= _parts.Options.UnflushedBytesMax
        && !_parts.Log.LacksRoom && !_parts.File.HasFailed;

    /// <summary>Seals the pages of the running transaction and queues it for the flush.</summary>
    public FinishedCommit Finish(PageChange change, Durability durability)
    {
        CommitTerms terms;
        using (Uninterrupted.Enter(_gate))
        {
            bool logs = durability != Durability.Eventual || _parts.Log.NeedsCheckpoint;
            // The leader must find nothing to log while a large commit logs.
            bool isLarge = (change.HasSpilled || change.Dirty.Count > Committer.ReclaimPagesMax)
                && (!logs || _chain.TryLog());
            terms = new CommitTerms(isLarge ? change.Id : Claimed, durability, logs);
            if (!isLarge) return Join(_committer.Finish(_chain.Newest, change, terms));
        }

        // Long work: the queue goes on meanwhile, and the pages go to places of their own.
        FinishedCommit large = _committer.Finish(Newest, change, terms);
        using (Uninterrupted.Enter(_gate)) return Join(large);
    }

    /// <summary>
    /// Asks for a flush of all that is finished; what is returned is done when they are durable.
    /// Null if they are.
    /// </summary>
    public FinishedCommit? RequestFlush()
    {
        _parts.File.ThrowIfFailed();
        using (Uninterrupted.Enter(_gate))
        {
            if (_chain.Newest.Id <= _parts.Snapshots.Durable.Id) return null;
            if (_parts.IsClosed) throw HandleEndedException.OfDatabase();
            return Wait(new FinishedCommit(_chain.Newest, Durability.Full));
        }
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

    /// <summary>
    /// Flushes what is finished and waits until all are settled. Nobody finishes any more.
    /// </summary>
    public void Drain()
    {
        bool hasTried = false;
        while (true)
        {
            Task? leading;
            using (Uninterrupted.Enter(_gate))
            {
                _timer.Stop();
                leading = _leading?.Task;
                if (leading is null)
                {
                    bool isDone = _chain.Newest.Id <= _parts.Snapshots.Durable.Id;
                    if (isDone || hasTried || _parts.File.HasFailed) return;
                    hasTried = _isDue = true;
                    _leading = NewLeading();
                }
            }

            if (leading is null)
            {
                Lead(null);
                continue;
            }

            SyncPoints.Await(leading);
            Uninterrupted.Run(() => Task.WaitAny(leading));
        }
    }

    private TransactionId Claimed => PlantedRaces.ReclaimClaimedPages
        ? _parts.Snapshots.Durable.Id
        : _chain.Claimed;

    private static TaskCompletionSource NewLeading() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FinishedCommit Join(FinishedCommit commit)
    {
        _chain.Add(commit);
        if (commit.IsAwaited) return Wait(commit);

        // Nobody waits: seen at once, durable with the next flush.
        _committer.Show(commit.Meta);
        commit.IsAwaited = _leading is not null
            && UnflushedBytes >= BehindMax * _parts.Options.UnflushedBytesMax;
        if (commit.IsAwaited || commit.HasCheckpoint) return Wait(commit);
        if (_leading is not null || !IsOverdue)
        {
            _timer.Start();
            return commit;
        }

        _isDue = true;
        _leading = NewLeading();
        SyncPoints.Queue<FinishedCommit?>(Lead, null);
        return commit;
    }

    private FinishedCommit Wait(FinishedCommit commit)
    {
        _waiting.Add(commit);
        if (_leading is not null) return commit;

        _leading = NewLeading();
        commit.GiveLead();
        return commit;
    }

    private void OnTimer()
    {
        using (Uninterrupted.Enter(_gate))
        {
            _timer.Stop();
            _isDue = true;
            if (_leading is not null || _parts.IsClosed) return;
            _leading = NewLeading();
        }

        Lead(null);
    }

    /// <summary>Flushes until <paramref name="own"/> is done, then hands over.</summary>
    private void Lead(FinishedCommit? own)
    {
        while (Claim() is { } group)
        {
            if (own is { Done.IsCompleted: true })
            {
                // The caller has waited long enough: the rest is somebody else's.
                if (!PlantedRaces.DropLeaderHandOver) SyncPoints.Queue(LeadFrom, group);
                return;
            }

            Flush(group);
        }
    }

    private void LeadFrom(CommitGroup group)
    {
        Flush(group);
        Lead(null);
    }

    private CommitGroup? Claim()
    {
        bool wasEmpty = PlantedRaces.SkipSecondLook && _waiting.Count == 0;
        using (Uninterrupted.Enter(_gate))
        {
            if (wasEmpty || (_waiting.Count == 0 && !_isDue && !IsOverdue))
            {
                _leading?.SetResult();
                _leading = null;
                return null;
            }

            _isDue = false;
            (MetaPage? target, Exception? refusal) = _chain.Claim();
            if (refusal is null) _timer.Stop();
            else if (!_parts.File.HasFailed && !_parts.IsClosed) _timer.Start();
            CommitGroup group = new(target, _waiting, refusal);
            _waiting = [];
            return group;
        }
    }

    private void Flush(CommitGroup group)
    {
        long start = Stopwatch.GetTimestamp();
        ulong before = _parts.Snapshots.Durable.Id.Value;
        Exception? failure = group.Refusal;
        try
        {
            if (group.Target is not null)
                _committer.MakeDurable(group.Target, group.IsParanoid);
        }
        catch (Exception latched)
        {
            // Nothing after this is written, so all of the group share the fate.
            failure = latched;
        }

        TransactionId durable = _parts.Snapshots.Durable.Id;
        foreach (FinishedCommit commit in group.Waiting)
        {
            if (commit.Meta.Id <= durable) commit.Complete();
            else commit.Fail(failure!); // Without a failure all are durable.
        }

        if (durable.Value == before) return;
        _parts.File.Telemetry.Committed(durable.Value, (int)(durable.Value - before), start);
        _overdue.Report();
    }
}
