using KvCow.Engine.Cache;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Sealed pages of commits that nobody waits for: they stay pinned in the cache until a flush needs
/// them in the file. Most never get there, because the next commit replaces them first.
/// </summary>
/// <remarks>Used under the lock of <see cref="CommitQueue"/>, but <see cref="Write"/>.</remarks>
/// <param name="file">Where they go.</param>
/// <param name="cache">Holds them.</param>
/// <param name="isAll">Whether all that fit the cache may be held: none can be written.</param>
internal sealed class UnwrittenPages(PageFile file, NodeCache cache, bool isAll)
{
    /// <summary>As the sealer's: 1 MiB of 4 KiB pages in one call.</summary>
    private const int PagesPerWrite = 256;

    private Dictionary<PageId, WriteFrame> _held = [];

    // Taken for a flush; still here after it failed, because readers need them.
    private List<WriteFrame> _leaving = [];

    /// <summary>Most pages held. Dirty pages may fill half of the cache: readers keep what these
    /// leave of the other half.</summary>
    public int CountMax => isAll ? int.MaxValue : cache.LentMax / 2;

    /// <summary>Whether so many more can probably be held.</summary>
    public bool HasRoom(int count) => cache.Held.Count + count <= CountMax;

    /// <summary>Holds sealed pages; false if the cache has no room, and they must be written.
    /// </summary>
    public bool TryHold(List<WriteFrame> frames)
    {
        if (!cache.Held.TryHold(frames, CountMax)) return false;
        foreach (WriteFrame frame in frames) _held.Add(frame.Id, frame);
        return true;
    }

    /// <summary>Forgets pages whose places are free again: nothing may write there later.</summary>
    public void Drop(PageRun run)
    {
        if (_held.Count == 0 || PlantedBugs.WriteDroppedPages) return;
        for (uint page = run.Start; page < run.End; page++)
        {
            if (!_held.Remove(new PageId(page), out WriteFrame frame)) continue;
            cache.Forget(frame.Id);
            cache.Held.Release(frame);
        }
    }

    /// <summary>Takes out the pages of commits up to one, for <see cref="Write"/>.</summary>
    public void TakeUpTo(TransactionId commit)
    {
        Dictionary<PageId, WriteFrame> younger = [];
        foreach ((PageId id, WriteFrame frame) in _held)
        {
            if (frame.Birth > commit) younger.Add(id, frame);
            else _leaving.Add(frame);
        }

        _held = younger;
    }

    /// <summary>Writes what was taken, neighbours in one call; nobody else may take meanwhile.
    /// </summary>
    public void Write()
    {
        _leaving.Sort(static (a, b) => a.Id.Index.CompareTo(b.Id.Index));
        PageBuffer[] buffers = new PageBuffer[PagesPerWrite];
        for (int start = 0; start < _leaving.Count;)
        {
            int count = 0;
            uint first = _leaving[start].Id.Index;
            while (count < PagesPerWrite && start + count < _leaving.Count
                && _leaving[start + count].Id.Index == first + count)
            {
                buffers[count] = _leaving[start + count].Buffer;
                count++;
            }

            if (!PlantedBugs.ForgetUnwrittenPages) file.Write(first, buffers.AsSpan(0, count));
            start += count;
        }

        // Only now: after a failure readers go on with what is in memory.
        Release(_leaving);
        _leaving = [];
    }

    /// <summary>Gives the cache its frames back: the end of the database.</summary>
    public void Abandon()
    {
        Release(_leaving);
        Release(_held.Values);
        _leaving = [];
        _held = [];
    }

    private void Release(IEnumerable<WriteFrame> frames)
    {
        foreach (WriteFrame frame in frames) cache.Held.Release(frame);
    }
}
