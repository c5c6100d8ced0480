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

    /// <summary>Pages of the redo log that must be at hand before pages are written beside it.
    /// </summary>
    private const int PagesAhead = 8;

    /// <summary>Whether a flush is due that nobody asks for.</summary>
    /// <param name="isWriting">Whether pages are on their way.</param>
    public bool IsOverdue(bool isWriting) => !parts.Log.LacksRoom && !parts.File.HasFailed
        && (UnsafeBytes >= parts.Options.UnflushedBytesMax || (OwesPages && !isWriting));

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

    /// <summary>
    /// What the next flush does for those who wait; null if it has to wait for pages on their way.
    /// </summary>
    /// <param name="waiting">They are told when it is done.</param>
    /// <param name="wantsPages">Whether pages are asked for, though the redo log would do.</param>
    /// <param name="isWriting">Whether pages are on their way.</param>
    public CommitGroup? Claim(List<FinishedCommit> waiting, bool wantsPages, bool isWriting)
    {
        bool owes = OwesPages && !parts.Log.LacksRoom;
        bool needs = waiting.Exists(static commit => commit.NeedsPages)
            || (wantsPages && !parts.Log.LacksRoom);
        if (isWriting && (needs || owes)) return null;
        bool canTell = false;
        if (!needs && ClaimTold(waiting, owes, out canTell) is { } told) return told;
        if (isWriting) return null;

        (MetaPage? target, Exception? refusal) = chain.ClaimPages();
        // Whoever can be told is, by the next flush, if the pages were refused.
        return new CommitGroup(target, [], waiting, refusal) { LogIsFull = !needs && !canTell };
    }

    /// <summary>
    /// By the redo log, and then by the pages if they are owed; null if it cannot.
    /// </summary>
    /// <param name="waiting">They are told when it is done.</param>
    /// <param name="owes">Whether pages are.</param>
    /// <param name="canTell">Whether the log has room for those who wait.</param>
    private CommitGroup? ClaimTold(
        List<FinishedCommit> waiting, bool owes, out bool canTell)
    {
        bool isSafe = chain.Newest.Id <= parts.Snapshots.Safe;
        List<FinishedCommit> batch = chain.ClaimBatch();
        canTell = isSafe || batch.Count > 0;
        if (!canTell) return null;
        TransactionId last = isSafe ? chain.Newest.Id : batch[^1].Meta.Id;
        if (!owes) return new CommitGroup(null, batch, waiting, null);

        // Pages on their way are of use if the log goes on meanwhile. If not, one flush does all.
        bool goesOn = parts.Space.LendsToRedo
            && parts.Redo.TryReserve(chain.UnsafeBytes, PagesAhead);
        if (!goesOn) return null;
        MetaPage? told = chain.TryClaimTold(last);
        return isSafe && told is null && !parts.Log.LacksRoom
            ? null
            : new CommitGroup(null, batch, waiting, null) { Told = told };
    }

    /// <summary>What a flush would write: records, or the pages that are still needed.</summary>
    private long UnsafeBytes => parts.Redo.IsOpen
        ? chain.UnsafeBytes
        : parts.Space.UnflushedCount * parts.File.PageBytes;

    /// <summary>
    /// Whether the redo log or the pages in memory have grown so much that these must be written.
    /// </summary>
    private bool OwesPages => parts.Redo.IsOpen && chain.Newest.Id > parts.Snapshots.Durable.Id
        && (parts.Redo.IsLong
        || parts.Space.OwesPages(Math.Max(1, parts.Unwritten.CountMax * 3L / 8)));

    private bool IsTold(PageChange change, Durability durability) =>
        change is { Redo: { IsWhole: true, Length: > 0 } redo, HasSpilled: false }
        && durability != Durability.Paranoid
        && parts.Redo.IsOpen && !parts.Log.NeedsCheckpoint && !parts.Space.WantsCut
        && (durability == Durability.Eventual || MayTell(redo));

    /// <summary>
    /// Makes sure of a place in the log while the commit can still be refused, or do without it.
    /// </summary>
    private bool MayTell(RedoRecord redo) => parts.Redo.TryReserve(
        Math.Min(chain.UnsafeBytes, RedoLog.BatchBytesMax) + redo.Length
        + RedoPage.RecordHeadBytes);
}
