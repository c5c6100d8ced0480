using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <content>Writing the pages of told commits beside those that come after.</content>
internal sealed partial class CommitQueue
{
    // Begun and replaced by whoever leads.
    private PageWriting? _pages;

    private bool IsWritingPages => Volatile.Read(ref _pages) is { IsDone: false };

    /// <summary>
    /// What the next flush is for. First waits for pages on their way if others have to follow.
    /// </summary>
    private CommitGroup Claim()
    {
        while (true)
        {
            using (Uninterrupted.Enter(_gate))
            {
                bool isWriting = IsWritingPages && !PlantedRaces.ClaimBesidePages;
                if (_policy.Claim(_waiting, _wantsPages, isWriting) is { } group)
                {
                    _isDue = _wantsPages = false;
                    if (group.Refusal is null) _timer.Stop();
                    else if (!_parts.File.HasFailed && !_parts.IsClosed) _timer.Start();
                    _waiting = [];
                    _window.Waiting = 0;
                    return group;
                }
            }

            _pages!.Await();
        }
    }

    private void WritePages(CommitGroup group)
    {
        if (group.Told is { } told && !_parts.File.HasFailed)
        {
            PageWriting pages = new(_parts, _flush, _flush.Divide(told));
            Volatile.Write(ref _pages, pages);
            pages.Begin();
        }

        _pages?.Step();
    }
}
