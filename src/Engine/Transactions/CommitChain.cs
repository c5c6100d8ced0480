using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The finished commits, each built on the one before: the newest, the newest whose delta the log
/// has, and the newest that a flush counts on. Used under the lock of <see cref="CommitQueue"/>.
/// </summary>
internal sealed class CommitChain(StoreParts parts)
{
    private MetaPage _logged = parts.Snapshots.Current;

    /// <summary>What the next transaction builds on.</summary>
    public MetaPage Newest { get; private set; } = parts.Snapshots.Current;

    /// <summary>The newest commit that a flush under way or done counts on.</summary>
    public TransactionId Claimed { get; private set; } = parts.Snapshots.Current.Id;

    public void Add(FinishedCommit commit)
    {
        Newest = commit.Meta;
        if (commit.Unlogged is { } delta) parts.Log.Defer(delta.Freed, delta.Taken);
        else _logged = commit.Meta;
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
    /// What the next flush makes durable: from here on no page of it is written over. Null if there
    /// is nothing; with the reason if something stays behind.
    /// </summary>
    public (MetaPage? Target, Exception? Refusal) Claim()
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
        Claimed = _logged.Id;
        parts.Space.Claim(Claimed);
        parts.Unwritten.TakeUpTo(Claimed);
        return (_logged, refusal);
    }
}
