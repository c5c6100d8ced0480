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

    // Of those in order of their places, how many are in the file.
    private int _writtenCount;

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
            cache.Held.Drop(frame);
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

    /// <summary>Writes what was taken; nobody else may take meanwhile.</summary>
    public void Write()
    {
        WriteNext(int.MaxValue);
        Leave();
    }

    /// <summary>
    /// Writes the next pages of what was taken, neighbours in one call; returns from the first to
    /// behind the last, or an empty run when all are written.
    /// </summary>
    public PageRun WriteNext(int countMax)
    {
        if (_writtenCount == 0)
            _leaving.Sort(static (a, b) => a.Id.Index.CompareTo(b.Id.Index));
        int end = (int)Math.Min(_leaving.Count, (long)_writtenCount + countMax);
        if (_writtenCount == end) return default;
        uint first = _leaving[_writtenCount].Id.Index;
        PageBuffer[] buffers = new PageBuffer[PagesPerWrite];
        while (_writtenCount < end) WriteRun(buffers, end);
        return new PageRun(first, _leaving[end - 1].Id.Index + 1 - first);
    }

    /// <summary>
    /// Gives the cache its frames back. Only when all are in the file: after a failure readers go
    /// on with what is in memory.
    /// </summary>
    public void Leave()
    {
        Release(_leaving);
        _leaving = [];
        _writtenCount = 0;
    }

    /// <summary>Gives the cache its frames back: the end of the database.</summary>
    public void Abandon()
    {
        Release(_leaving);
        Release(_held.Values);
        _leaving = [];
        _held = [];
    }

    private void WriteRun(PageBuffer[] buffers, int end)
    {
        int count = 0;
        uint first = _leaving[_writtenCount].Id.Index;
        while (count < PagesPerWrite && _writtenCount + count < end
            && _leaving[_writtenCount + count].Id.Index == first + count)
        {
            buffers[count] = _leaving[_writtenCount + count].Buffer;
            count++;
        }

        if (!PlantedBugs.ForgetUnwrittenPages) file.Write(first, buffers.AsSpan(0, count));
        _writtenCount += count;
    }

    private void Release(IEnumerable<WriteFrame> frames)
    {
        foreach (WriteFrame frame in frames) cache.Held.Release(frame);
    }
}
