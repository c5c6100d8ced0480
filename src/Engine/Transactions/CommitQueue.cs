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
internal sealed partial class CommitQueue
{
    private readonly StoreParts _parts;
    private readonly Committer _committer;
    private readonly CommitFlush _flush;
    private readonly OverdueReaders _overdue;
    private readonly FlushTimer _timer;
    private readonly FlushPolicy _policy;
    private readonly GroupWindow _window;

    // Guards the fields below, and keeps the leader from claiming a commit whose pages the running
    // transaction is writing over.
    private readonly Lock _gate = new();
    private readonly CommitChain _chain;
    private List<FinishedCommit> _waiting = [];

    // Whether a flush was asked for that nobody waits for.
    private bool _isDue;

    // Whether pages are to be written, though the redo log would do.
    private bool _wantsPages;

    // Ends when nobody leads; null while nobody does.
    private TaskCompletionSource? _leading;

    public CommitQueue(StoreParts parts)
    {
        _parts = parts;
        _committer = new Committer(parts);
        _flush = new CommitFlush(parts);
        _overdue = new OverdueReaders(parts);
        _chain = new CommitChain(parts);
        _policy = new FlushPolicy(parts, _chain);
        _window = new GroupWindow(parts.Options.GroupPatience);
        parts.Space.MakeRoom = MakeRoom;
        _timer = new FlushTimer(
            parts.Options.TimeProvider, parts.Options.UnflushedTimeMax, OnTimer);
    }

    /// <summary>Whether somebody may be writing to the file.</summary>
    public bool IsLed
    {
        get
        {
            using (Uninterrupted.Enter(_gate)) return _leading is not null || IsWritingPages;
        }
    }

    /// <summary>The newest finished commit: what the next transaction builds on.</summary>
    public MetaPage Newest
    {
        get { using (Uninterrupted.Enter(_gate)) return _chain.Newest; }
    }

    /// <summary>Seals the pages of the running transaction and queues it for the flush.</summary>
    public FinishedCommit Finish(PageChange change, Durability durability)
    {
        CommitTerms terms;
        using (Uninterrupted.Enter(_gate))
        {
            terms = _policy.TermsOf(change, durability);
            if (terms.Claimed < change.Id)
                return Join(_committer.Finish(_chain.Newest, change, terms));
        }

        // Long work: the queue goes on meanwhile, and the pages go to places of their own.
        FinishedCommit large = _committer.Finish(Newest, change, terms);
        using (Uninterrupted.Enter(_gate)) return Join(large);
    }

    /// <summary>
    /// Asks for a flush of all that is finished; what is returned is done when they are durable.
    /// Null if they are.
    /// </summary>
    /// <param name="withPages">
    /// Whether their pages are to be in the file, and not only in the redo log what they did.
    /// </param>
    public FinishedCommit? RequestFlush(bool withPages = false)
    {
        _parts.File.ThrowIfFailed();
        using (Uninterrupted.Enter(_gate))
        {
            MetaPage newest = _chain.Newest;
            SnapshotRegistry snapshots = _parts.Snapshots;
            if (newest.Id <= (withPages ? snapshots.Durable.Id : snapshots.Safe)) return null;
            if (_parts.IsClosed) throw HandleEndedException.OfDatabase();
            return Wait(new FinishedCommit(newest, Durability.Full) { NeedsPages = withPages });
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
        if (commit.TakeLead()) SyncPoints.QueueWaiting<FinishedCommit?>(Lead, null);
        return commit.Done;
    }

    private static TaskCompletionSource NewLeading() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private FinishedCommit Join(FinishedCommit commit)
    {
        _chain.Add(commit);
        if (commit.IsAwaited) return Wait(commit);

        // Nobody waits: seen at once, durable with the next flush.
        _flush.Show(commit.Meta);
        commit.IsAwaited = _leading is not null && _policy.IsBehind;
        if (commit.IsAwaited || commit.HasCheckpoint) return Wait(commit);
        if (_leading is not null || !_policy.IsOverdue(IsWritingPages))
        {
            _timer.Start();
            return commit;
        }

        _isDue = true;
        _leading = NewLeading();
        SyncPoints.QueueWaiting<FinishedCommit?>(Lead, null);
        return commit;
    }

    private FinishedCommit Wait(FinishedCommit commit)
    {
        _waiting.Add(commit);
        _window.Waiting = _waiting.Count;
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

    /// <summary>What nobody waits for is done here where a test wants to know the order.</summary>
    private bool MayHandOver => _parts.Options.WritesPagesBeside || _window.Waiting > 0;

    /// <summary>Flushes until <paramref name="own"/> is done, then hands over.</summary>
    private void Lead(FinishedCommit? own)
    {
        while (!TryEnd())
        {
            if (own is { Done.IsCompleted: true } && MayHandOver)
            {
                // The caller has waited long enough: the rest is somebody else's.
                if (!PlantedRaces.DropLeaderHandOver)
                    SyncPoints.QueueWaiting<FinishedCommit?>(Lead, null);
                return;
            }

            _window.Gather();
            CommitGroup group = Claim();
            Flush(group);
            WritePages(group);
        }
    }

    /// <summary>Stops leading if there is nothing to flush.</summary>
    private bool TryEnd()
    {
        bool wasEmpty = PlantedRaces.SkipSecondLook && _waiting.Count == 0;
        using (Uninterrupted.Enter(_gate))
        {
            bool hasWork = _waiting.Count > 0 || _isDue || _policy.IsOverdue(IsWritingPages);
            if (hasWork && !wasEmpty) return false;
            _leading?.SetResult();
            _leading = null;
            return true;
        }
    }

    private void Flush(CommitGroup group)
    {
        long start = Stopwatch.GetTimestamp();
        ulong before = _parts.Snapshots.Safe.Value;
        Exception? failure = group.Refusal;
        try
        {
            if (group.Target is not null)
                _flush.MakeDurable(group.Target, group.IsParanoid);
            else if (group.Batch.Count > 0)
                _flush.MakeDurable(group.Batch);
        }
        catch (Exception latched)
        {
            // Nothing after this is written, so all of the group share the fate.
            failure = latched;
        }

        TransactionId safe = _parts.Snapshots.Safe;
        Settle(group, failure, start);
        if (safe.Value == before) return;
        _parts.File.Telemetry.Committed(safe.Value, (int)(safe.Value - before), start);
        _overdue.Report();
    }

    /// <summary>Tells those who wait, but for those whose turn is the next flush.</summary>
    private void Settle(CommitGroup group, Exception? failure, long start)
    {
        (List<FinishedCommit> done, List<FinishedCommit> late) = group.Divide(_parts.Snapshots);
        using (Uninterrupted.Enter(_gate))
        {
            _chain.Settle();
            // A refusal is about pages: what the redo log can tell waits for that.
            bool canTell =
                failure is DatabaseFullException && _chain.IsTold && !group.LogIsFull;
            List<FinishedCommit> waiting = failure is null ? late
                : canTell ? late.FindAll(static commit => !commit.NeedsPages) : [];
            _window.Flushed(done.Count, _waiting.Count, Stopwatch.GetTimestamp() - start);
            _waiting.InsertRange(0, waiting);
            _window.Waiting = _waiting.Count;
            if (waiting.Count > 0) late = late.FindAll(commit => !waiting.Contains(commit));
        }

        done.ForEach(static commit => commit.Complete());
        late.ForEach(commit => commit.Fail(failure!)); // Without a failure nobody is left.
    }
}
