using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Writes and reads the chain of pages that holds the whole free list at one commit.
/// </summary>
internal static class FreeListCheckpoint
{
    /// <summary>
    /// Pages needed for <paramref name="runs"/> runs, counting that each page taken for the
    /// checkpoint itself may divide a run.
    /// </summary>
    public static uint PagesFor(long runs, int pageBytes) =>
        (uint)(runs / (FreeListPage.CapacityOf(pageBytes) - 1) + 1);

    /// <summary>Writes last page first, since each names the CRC of the next.</summary>
    /// <param name="file">Written to.</param>
    /// <param name="places">Where the pages go.</param>
    /// <param name="free">Every page that is free once the commit is in.</param>
    /// <param name="birth">The commit.</param>
    public static PageReference Write(
        PageFile file, IReadOnlyList<PageRun> places, FreeMap free, TransactionId birth)
    {
        List<PageId> ids = [.. places.SelectMany(static run =>
            Enumerable.Range(0, (int)run.Count).Select(i => new PageId(run.Start + (uint)i)))];
        int capacity = FreeListPage.CapacityOf(file.PageBytes);
        uint[] starts = FindStarts(free, ids.Count, capacity);
        byte[] page = new byte[file.PageBytes];
        PageId next = PageId.None;
        uint nextCrc = 0;
        for (int i = ids.Count - 1; i >= 0; i--)
        {
            FreeListPage.Initialize(page, ids[i], birth);
            FreeListPage.SetNext(page, next, nextCrc);
            Fill(page, free, starts[i], capacity);
            nextCrc = PageChecksum.Seal(page);
            next = ids[i];
            file.Write(next.Index, page);
        }

        return new PageReference(next, nextCrc, birth, (ulong)ids.Count);
    }

    /// <summary>
    /// Reads the chain. Returns null if a page is damaged; the free list is then found by walking.
    /// </summary>
    /// <param name="file">Read from.</param>
    /// <param name="meta">Names the chain.</param>
    /// <param name="visit">Called for each intact page of the chain, if given.</param>
    public static List<PageRun>? TryRead(
        PageFile file, MetaPage meta, Action<PageId, byte[]>? visit = null)
    {
        List<PageRun> runs = [];
        byte[] page = new byte[file.PageBytes];
        PageReference expected = meta.Checkpoint;
        // The count bounds the walk, and the file's size bounds the count.
        if (expected.Count > meta.PageCount) return null;
        for (ulong left = expected.Count; left > 0; left--)
        {
            if (!file.TryRead(expected.Id, page)
                || PageHeader.Birth(page) != expected.Birth
                || FreeListPage.FindProblem(page, expected.Id, expected.Crc) is not null)
            {
                return null;
            }

            visit?.Invoke(expected.Id, page);
            for (int i = 0; i < FreeListPage.Count(page); i++)
            {
                (PageId first, uint count) = FreeListPage.ExtentAt(page, i);
                // As it was written; and a chain that leads back to itself ends here.
                if (runs.Count > 0 && first.Index < runs[^1].End) return null;
                runs.Add(new PageRun(first.Index, count));
            }

            expected = expected with
            {
                Id = FreeListPage.NextId(page),
                Crc = FreeListPage.NextCrc(page),
            };
        }

        return expected.Id.IsNone ? runs : null;
    }

    /// <summary>
    /// Where the runs of each page begin; past all pages for those that no run is left for. The
    /// runs themselves, of a file that is a sieve, would fill megabytes at every checkpoint.
    /// </summary>
    private static uint[] FindStarts(FreeMap free, int pages, int capacity)
    {
        uint[] starts = new uint[pages];
        Array.Fill(starts, uint.MaxValue);
        int index = 0;
        foreach (PageRun run in free.Runs())
        {
            if (index % capacity == 0) starts[index / capacity] = run.Start;
            index++;
        }

        return starts;
    }

    private static void Fill(Span<byte> page, FreeMap free, uint start, int capacity)
    {
        for (int i = 0; i < capacity; i++)
        {
            PageRun run = free.NextRun(start, uint.MaxValue);
            if (run.Count == 0) return;
            FreeListPage.Add(page, new PageId(run.Start), run.Count);
            start = run.End;
        }
    }
}
