using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Goes round the file and finds the next free pages, so that pages written one after the other lie
/// near each other. Used under the lock of <see cref="Space"/>.
/// </summary>
internal sealed class PlaceCursor(FreeMap free)
{
    /// <summary>Pages a search for a run looks at before it gives up: bounds its time.</summary>
    private const uint SearchPagesMax = 1 << 20;

    private uint _at;

    public void MoveTo(uint page) => _at = page;

    public void MoveBackTo(uint page) => _at = Math.Min(_at, page);

    /// <summary>The first run of that many free pages from here on, and from the front.</summary>
    public PageRun FindRun(uint count, uint pageCount)
    {
        uint to = (uint)Math.Min(pageCount, (long)_at + SearchPagesMax);
        PageRun run = free.FindRun(_at, to, count);
        return run.Count > 0 ? run : free.FindRun(0, Math.Min(_at, SearchPagesMax), count);
    }

    /// <summary>The next free pages, at most so many; some page must be free.</summary>
    public PageRun NextRun(uint most)
    {
        PageRun run = free.NextRun(_at, most);
        return run.Count > 0 ? run : free.NextRun(0, most);
    }
}
