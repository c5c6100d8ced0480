using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The finished commits, each built on the one before: the newest, the newest whose delta the free
/// list's log has, and the newest that a flush counts on. Used under the lock of
/// <see cref="CommitQueue"/>.
/// </summary>
internal sealed class CommitChain(StoreParts parts)
{
    private MetaPage _logged = parts.Snapshots.Current;

    // Not durable yet, oldest first.
    private readonly Queue<FinishedCommit> _unsafe = new();

    // Of those, how many only their pages can make durable.
    private int _untold;

    /// <summary>What the next transaction builds on.</summary>
    public MetaPage Newest { get; private set; } = parts.Snapshots.Current;

    /// <summary>The newest commit whose pages a flush under way or done counts on.</summary>
    public TransactionId Claimed { get; private set; } = parts.Snapshots.Current.Id;

    /// <summary>The newest commit that is visible, or will be when its flush is done.</summary>
    public TransactionId Visible { get; private set; } = parts.Snapshots.Current.Id;

    /// <summary>What the next flush makes durable, in bytes of records, or of pages.</summary>
    public long UnsafeBytes { get; private set; }

    /// <summary>Whether the redo log can make all finished commits durable.</summary>
    public bool IsTold => _untold == 0 && parts.Redo.IsOpen;

    public void Add(FinishedCommit commit)
    {
        Newest = commit.Meta;
        _unsafe.Enqueue(commit);
        if (commit.Redo is null) _untold++;
        UnsafeBytes += BytesOf(commit);
        if (!commit.IsAwaited) Visible = commit.Meta.Id;
        if (commit.Unlogged is not { } delta)
        {
            _logged = commit.Meta;
            return;
        }

        parts.Log.Defer(delta.Freed, delta.Taken);
        commit.Unlogged = null;
    }

    /// <summary>
    /// Lets the deltas of all finished commits join the log as one; false if it has no room.
    /// </summary>
    public bool TryLog()
    {
        if (_logged.Id == Newest.Id) return true;
        if (!parts.Log.TryAppendDeferred(Newest)) return false;
        Newest = _logged = parts.Log.Describe(Newest);
        return true;
    }

    /// <summary>
    /// The commits that the redo log makes durable next; empty if there are none, or if it cannot.
    /// </summary>
    public List<FinishedCommit> ClaimBatch()
    {
        List<FinishedCommit> batch = [];
        if (!IsTold) return batch;
        long bytes = 0;
        foreach (FinishedCommit commit in _unsafe)
        {
            long more = BytesOf(commit);
            if (bytes + more > RedoLog.BatchBytesMax) break;
            bytes += more;
            batch.Add(commit);
        }

        if (batch.Count == 0 || !parts.Redo.TryReserve(bytes)) return [];
        if (batch[^1].Meta.Id > Visible)
            Visible = batch[^1].Meta.Id;
        return batch;
    }

    /// <summary>
    /// Whose pages the next flush makes durable: from here on no page of it is written over. Null
    /// if there is nothing; with the reason if something stays behind.
    /// </summary>
    public (MetaPage? Target, Exception? Refusal) ClaimPages()
    {
        Exception? refusal = null;
        try
        {
            if (!TryLog())
            {
                refusal = new DatabaseFullException(parts.File.Path,
                    "the log of the free list cannot grow, so commits stay in memory; delete "
                    + "something, or make room on the device, and flush again", null);
            }
        }
        catch (DatabaseFailedException failure)
        {
            refusal = failure;
        }

        if (_logged.Id <= parts.Snapshots.Durable.Id) return (null, refusal);
        return (ClaimLogged(), refusal);
    }

    /// <summary>
    /// The same of all finished commits while the redo log goes on behind them; null if it cannot.
    /// </summary>
    /// <param name="told">The last that is told already, or by the next flush.</param>
    public MetaPage? TryClaimTold(TransactionId told)
    {
        if (told < Newest.Id || told <= parts.Snapshots.Durable.Id) return null;
        try
        {
            return TryLog() ? ClaimLogged() : null;
        }
        catch (DatabaseFailedException)
        {
            return null; // Latched: the flush says so.
        }
    }

    /// <summary>Forgets the commits that are durable now.</summary>
    public void Settle()
    {
        TransactionId safe = parts.Snapshots.Safe;
        while (_unsafe.TryPeek(out FinishedCommit? commit) && commit.Meta.Id <= safe)
        {
            _unsafe.Dequeue();
            if (commit.Redo is null) _untold--;
            UnsafeBytes -= BytesOf(commit);
            commit.Redo?.Dispose();
        }
    }

    private MetaPage ClaimLogged()
    {
        Claimed = _logged.Id;
        if (Claimed > Visible) Visible = Claimed;
        parts.Space.Claim(Claimed);
        parts.Unwritten.TakeUpTo(Claimed);
        return _logged;
    }

    private long BytesOf(FinishedCommit commit) => commit.Redo is { } redo
        ? redo.Length + RedoPage.RecordHeadBytes
        : commit.PagesWritten * (long)parts.File.PageBytes;
}
