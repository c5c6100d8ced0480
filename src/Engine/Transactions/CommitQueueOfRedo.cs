using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <content>What opening does again.</content>
internal sealed partial class CommitQueue
{
    /// <summary>
    /// Puts what the redo log told before into the trees: of a file that may not be written, in
    /// memory only.
    /// </summary>
    public void ShowRedone(PageChange change)
    {
        using (Uninterrupted.Enter(_gate))
        {
            FinishedCommit redone = _committer.Finish(_chain.Newest, change,
                new CommitTerms(_chain.Claimed, Durability.Eventual, Logs: false)
                {
                    Visible = _chain.Visible,
                    Holds = true,
                });
            _chain.Add(redone);
            _flush.Show(redone.Meta);
            _parts.Snapshots.Secure(redone.Meta.Id);
            _chain.Settle();
        }
    }
}
