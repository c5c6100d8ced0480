using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <content>Writing all that is finished, for whoever needs the pages or the room.</content>
internal sealed partial class CommitQueue
{
    /// <summary>
    /// Whether finished commits wait for their pages to be written. What was done again for
    /// readers only is in the redo log, and stays there.
    /// </summary>
    private bool OwesPages => !_parts.Options.ReadOnly && !_parts.File.HasFailed
        && _chain.Newest.Id > _parts.Snapshots.Durable.Id;

    /// <summary>
    /// Flushes what is finished and waits until all are settled. Nobody finishes any more.
    /// </summary>
    public void Drain()
    {
        bool hasTried = false;
        while (true)
        {
            Task? leading;
            PageWriting? writing = null;
            using (Uninterrupted.Enter(_gate))
            {
                _timer.Stop();
                leading = _leading?.Task;
                if (leading is null && IsWritingPages)
                {
                    writing = _pages;
                }
                else if (leading is null)
                {
                    if (hasTried || !OwesPages) return;
                    hasTried = _isDue = _wantsPages = true;
                    _leading = NewLeading();
                }
            }

            if (writing is not null)
            {
                writing.Await();
                continue;
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

    /// <summary>
    /// Writes the pages that finished commits left in memory: they keep those that they replace
    /// from being free. Takes back what the redo log has in store. False if there is neither.
    /// Called by the writer, who finds no room.
    /// </summary>
    public bool MakeRoom()
    {
        bool owes;
        using (Uninterrupted.Enter(_gate)) owes = OwesPages;
        if (owes)
        {
            Drain();
            _parts.Space.Release(_parts.Snapshots.Oldest());
        }

        using (Uninterrupted.Enter(_gate))
        {
            bool isIdle = _leading is null && !IsWritingPages && !_parts.File.HasFailed;
            return (isIdle && _parts.Redo.TryGiveBack()) || owes;
        }
    }
}
