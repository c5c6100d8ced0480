using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow.Engine.Backups;

/// <summary>
/// Takes the pages of a backup in the order of their ids, behind the two meta pages, and sends them
/// on in large pieces; counts them, reports and heeds the cancellation.
/// </summary>
/// <param name="pageBytes">Size of a page.</param>
/// <param name="write">
/// Where pages go: their first id and their bytes; null to count only.
/// </param>
/// <param name="pace">Told of every page.</param>
/// <param name="first">Id of the first page.</param>
internal sealed class PageSink(
    int pageBytes, Action<uint, ReadOnlySpan<byte>>? write, BackupPace pace,
    uint first = MetaPage.SlotCount) : IPageSink
{
    /// <summary>Pages sent on at a time: 256 KiB of 4 KiB pages.</summary>
    private const int PagesPerWrite = 64;

    private const int PagesAtFirst = 4;

    // Grows to that: most of a small database's backup would be buffers that nothing fills.
    private byte[] _buffer = [];
    private int _used;
    private long _next = first;

    public int PageBytes => pageBytes;

    /// <summary>Id of the page appended next.</summary>
    /// <exception cref="IOException">A file cannot have so many pages.</exception>
    public PageId Next => _next < PageLimits.PageCountMax
        ? new PageId((uint)_next)
        : throw new IOException($"The backup would have more than {_next} pages.");

    /// <summary>Pages so far, the meta pages included.</summary>
    public uint PageCount => (uint)_next;

    public PageCounts Counts { get; private set; }

    /// <summary>Takes a page whose header names <see cref="Next"/>, or one of zeros.</summary>
    public void Append(ReadOnlySpan<byte> page)
    {
        pace.Step();
        Counts = Counts.With(PageHeader.Kind(page), 1);
        _next++;
        if (write is null) return;
        if (_used * pageBytes == _buffer.Length) Grow();
        page.CopyTo(_buffer.AsSpan(_used * pageBytes));
        if (++_used == PagesPerWrite) Flush();
    }

    /// <summary>Sends on what is still here.</summary>
    public void Flush()
    {
        if (_used > 0) write?.Invoke((uint)(_next - _used), _buffer.AsSpan(0, _used * pageBytes));
        _used = 0;
    }

    private void Grow()
    {
        int pages = _used == 0 ? PagesAtFirst : Math.Min(2 * _used, PagesPerWrite);
        Array.Resize(ref _buffer, pages * pageBytes);
    }
}
