using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Decides how a commit becomes durable: by what the redo log tells of it, or by its pages; and
/// when the pages that were left in memory are written. Used under the lock of
/// <see cref="CommitQueue"/>.
/// </summary>
internal sealed class FlushPolicy(StoreParts parts, CommitChain chain)
{
    /// <summary>
    /// Times the bytes that begin a flush, past which Eventual commits wait for it: a device slower
    /// than its writer must not fall behind without end.
    /// </summary>
    private const int BehindMax = 4;

    /// <summary>Whether a flush is due that nobody asks for.</summary>
    public bool IsOverdue => !parts.Log.LacksRoom && !parts.File.HasFailed
        && (UnsafeBytes >= parts.Options.UnflushedBytesMax || OwesPages);

    public bool IsBehind => UnsafeBytes >= BehindMax * parts.Options.UnflushedBytesMax;

    /// <summary>How a transaction is committed.</summary>
    public CommitTerms TermsOf(PageChange change, Durability durability)
    {
        bool isTold = IsTold(change, durability);
        bool logs = !isTold && (durability != Durability.Eventual || parts.Log.NeedsCheckpoint);
        bool holds = isTold || durability == Durability.Eventual;
        bool isLong = change.Dirty.Count > Committer.ReclaimPagesMax
            && !(holds && parts.Unwritten.HasRoom(change.Dirty.Count));
        // The leader must find nothing to log while a large commit logs.
        bool isLarge = (change.HasSpilled || isLong) && (!logs || chain.TryLog());
        if (!isTold) change.Redo?.GiveUp();
        return new CommitTerms(isLarge ? change.Id : chain.Claimed, durability, logs)
        {
            Visible = PlantedRaces.ReclaimShownPages ? parts.Snapshots.Current.Id : chain.Visible,
            Holds = holds,
        };
    }

    /// <summary>What the next flush does for those who wait.</summary>
    /// <param name="waiting">They are told when it is done.</param>
    /// <param name="wantsPages">Whether pages are asked for, though the redo log would do.</param>
    public CommitGroup Claim(List<FinishedCommit> waiting, bool wantsPages)
    {
        bool withPages = waiting.Exists(static commit => commit.NeedsPages)
            || ((wantsPages || OwesPages) && !parts.Log.LacksRoom);
        if (!withPages)
        {
            bool isSafe = chain.Newest.Id <= parts.Snapshots.Safe;
            List<FinishedCommit> batch = chain.ClaimBatch();
            if (isSafe || batch.Count > 0) return new CommitGroup(null, batch, waiting, null);
        }

        (MetaPage? target, Exception? refusal) = chain.ClaimPages();
        return new CommitGroup(target, [], waiting, refusal);
    }

    /// <summary>What a flush would write: records, or the pages that are still needed.</summary>
    private long UnsafeBytes => parts.Redo.IsOpen
        ? chain.UnsafeBytes
        : parts.Space.UnflushedCount * parts.File.PageBytes;

    /// <summary>
    /// Whether the redo log or the pages in memory have grown so much that these must be written.
    /// </summary>
    private bool OwesPages => parts.Redo.IsOpen && (parts.Redo.IsLong
        || parts.Space.OwesPages(parts.Unwritten.CountMax * 3L / 4));

    private bool IsTold(PageChange change, Durability durability) =>
        change is { Redo: { IsWhole: true, Length: > 0 }, HasSpilled: false }
        && durability != Durability.Paranoid
        && parts.Redo.IsOpen && !parts.Log.NeedsCheckpoint && !parts.Space.WantsCut;
}
