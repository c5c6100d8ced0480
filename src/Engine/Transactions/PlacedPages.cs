using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Takes the pages of a tree under construction to runs of free pages, in large writes past the
/// cache. They are reachable only when the transaction commits; after a failure it must not.
/// </summary>
internal sealed class PlacedPages(PageFile file, Space space, ChangeLevels levels) : IPageSink
{
    private const int PagesPerWrite = 128;

    /// <summary>Pages of the first run; each next one is twice as long.</summary>
    private const uint FirstRun = 64;

    /// <summary>
    /// 8 MiB of 4 KiB pages: what is left of the last run at the end is little beside a tree that
    /// needs such runs.
    /// </summary>
    private const uint LongestRun = 2048;

    private byte[] _buffer = [];
    private readonly List<PageRun> _runs = [];
    private EarlyFlush _early = new(file.PageBytes);
    private PageCounts _counts;
    private PageRun _run;
    private uint _used;
    private uint _written;

    public int PageBytes => file.PageBytes;

    public PageId Next
    {
        get
        {
            if (_used == _run.Count) BeginRun();
            return new PageId(_run.Start + _used);
        }
    }

    public void Append(ReadOnlySpan<byte> page)
    {
        page.CopyTo(_buffer.AsSpan((int)(_used - _written) * PageBytes));
        _counts = _counts.With(PageHeader.Kind(page), 1);
        _used++;
        if (_used - _written == PagesPerWrite || _used == _run.Count) Write();
    }

    /// <summary>Writes what is left and makes all of it the transaction's.</summary>
    public void Finish()
    {
        Write();
        EndRun();
        levels.AddPlaces(_runs, _counts);
    }

    private void BeginRun()
    {
        uint length = _run.Count == 0 ? FirstRun : Math.Min(LongestRun, 2 * _run.Count);
        EndRun();
        file.ThrowIfFailed();
        _run = space.PlaceRun(length);
        int bytes = (int)Math.Min(PagesPerWrite, _run.Count) * PageBytes;
        if (_buffer.Length < bytes) _buffer = new byte[bytes];
    }

    private void EndRun()
    {
        if (_used > 0) _runs.Add(new PageRun(_run.Start, _used));
        if (_used < _run.Count) space.Untake(new PageRun(_run.Start + _used, _run.Count - _used));
        _used = _written = 0;
    }

    private void Write()
    {
        uint count = _used - _written;
        if (count == 0) return;
        PageRun written = new(_run.Start + _written, count);
        file.Write(written.Start, _buffer.AsSpan(0, (int)count * PageBytes));
        _written = _used;
        PageRun due = _early.Add(written);
        if (due.Count > 0) file.StartFlush(due);
    }
}
