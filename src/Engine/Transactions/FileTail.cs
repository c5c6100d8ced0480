using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// The end of the file: grows it when free pages run out, and gives a long free tail back. Used
/// under the lock of <see cref="Space"/>.
/// </summary>
internal sealed class FileTail(PageFile file, uint pageCount, FreeMap free)
{
    /// <summary>
    /// From here on the file grows by what is to be written and no more, and zeros are not written
    /// before it: they would double the work of a large commit. Later, small commits are what
    /// space written before helps; for them the file grows in steps as ever.
    /// </summary>
    public const long ReservedBytesMin = 4 << 20;

    private const long GrowthBytesMin = 1 << 20;
    private const long GrowthBytesMax = 256 << 20;

    // What the commit under way gives back; free again if that commit is refused.
    private PageRun _cut;

    public uint PageCount { get; private set; } = pageCount;

    /// <summary>Free pages at the end of the file.</summary>
    public uint FreeCount => free.TailLength(PageCount);

    /// <summary>Pages that the commit under way gives back; empty if there are none.</summary>
    public PageRun Cut => _cut;

    /// <summary>A run in the free pages at the end; empty if they are too few.</summary>
    public PageRun FindRun(uint count)
    {
        uint tail = FreeCount;
        return tail >= count ? new PageRun(PageCount - tail, count) : default;
    }

    /// <summary>
    /// Grows for a run of <paramref name="runLength"/> pages and <paramref name="needed"/> free
    /// ones in all, by a large step or else by no more than that. Where there is no room it
    /// returns false, or throws if it must.
    /// </summary>
    /// <param name="runLength">Free pages at the end that it makes sure of.</param>
    /// <param name="needed">Free pages in all, if it must grow.</param>
    /// <param name="mustGrow">Whether it throws where there is no room.</param>
    /// <param name="pageCountMax">A step ends there, or 1 MiB further if it must.</param>
    public bool TryGrow(uint runLength, uint needed, bool mustGrow, long pageCountMax)
    {
        uint tail = FreeCount;
        uint missing = runLength > tail ? runLength - tail : 0;
        if (mustGrow && needed > free.FreeCount)
            missing = Math.Max(missing, (uint)(needed - free.FreeCount));

        long least = mustGrow ? GrowthBytesMin / file.PageBytes : 0;
        long step = Math.Min(GrowthStep(), Math.Max(pageCountMax - PageCount, least));
        Exception? cause;
        if ((long)runLength * file.PageBytes >= ReservedBytesMin)
        {
            if (TryGrow(missing, out cause, isWrittenSoon: true)) return true;
        }
        else if (TryGrow((uint)Math.Max(missing, step), out cause)) return true;

        if (missing > 0 && TryGrow(missing, out cause)) return true;
        if (!mustGrow) return false;
        throw new DatabaseFullException(
            file.Path, cause?.Message ?? "the page limit is reached", cause);
    }

    /// <summary>Grows by exactly so many pages; false if there is no room.</summary>
    public bool TryGrowBy(uint pages)
    {
        PutBack();
        return TryGrow(pages, out _);
    }

    /// <summary>Whether so much of the file's end is free that it should be given back.</summary>
    public bool IsLong => FreeCount is var tail && tail > 2 * GrowthStep() && tail > PageCount / 4;

    /// <summary>Gives the free tail back, all of it or only if it is long.</summary>
    public void GiveBack(bool all)
    {
        PutBack();
        uint tail = FreeCount;
        if (all ? tail == 0 : !IsLong) return;

        uint cut = all ? tail : tail - GrowthStep();
        PageCount -= cut;
        _cut = new PageRun(PageCount, cut);
        free.Remove(_cut);
    }

    /// <summary>The commit under way is durable: its cut stands.</summary>
    public void Settle() => _cut = default;

    /// <summary>The commit under way is refused, or needs the pages after all.</summary>
    public void PutBack()
    {
        if (_cut.Count == 0) return;
        free.Add(_cut);
        PageCount = _cut.End;
        _cut = default;
    }

    private uint GrowthStep() => (uint)(Math.Clamp(
        (long)PageCount * file.PageBytes / 8, GrowthBytesMin, GrowthBytesMax) / file.PageBytes);

    private bool TryGrow(uint pages, out Exception? cause, bool isWrittenSoon = false)
    {
        cause = null;
        long target = (long)PageCount + pages;
        if (target > PageLimits.PageCountMax) return false;
        bool isGrown = isWrittenSoon
            ? file.TryReserve((uint)target, out cause)
            : file.TryGrow((uint)target, out cause);
        if (!isGrown) return false;
        free.Add(new PageRun(PageCount, pages));
        PageCount = (uint)target;
        return true;
    }
}
