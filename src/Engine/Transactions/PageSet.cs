using System.Numerics;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// A set of pages, one bit each where it has any: joins neighbours by itself, and costs O(pages in
/// it), whatever the file's size (<see cref="FreeMap"/> covers the whole file).
/// </summary>
internal sealed class PageSet
{
    private const int WordBits = 64;

    private PageWords _words;

    public long Count { get; private set; }

    /// <summary>All runs, ascending, neighbours joined; a copy.</summary>
    public List<PageRun> ToRuns()
    {
        if (Count == 0) return [];
        ReadOnlySpan<(uint Index, ulong Bits)> words = _words.InOrder();
        List<PageRun> runs = new(words.Length);
        foreach ((uint index, ulong bits) in words)
        {
            ulong word = bits;
            while (word != 0)
            {
                int start = BitOperations.TrailingZeroCount(word);
                int length = BitOperations.TrailingZeroCount(~(word >> start));
                Append(runs, new PageRun((index * WordBits) + (uint)start, (uint)length));
                word &= ~(Ones(length) << start);
            }
        }

        return runs;
    }

    public bool Contains(uint page) =>
        (_words.BitsOf(page / WordBits) >> (int)(page % WordBits) & 1) != 0;

    /// <summary>Adds pages; false if any of them was there.</summary>
    public bool Add(PageRun run)
    {
        long before = Count;
        for (uint page = run.Start; page < run.End;)
        {
            (ulong mask, uint next) = Mask(page, run.End);
            ref ulong word = ref _words.Change(page / WordBits);
            Count += BitOperations.PopCount(mask & ~word);
            word |= mask;
            page = next;
        }

        return Count - before == run.Count;
    }

    public void Add(PageSet other)
    {
        foreach (PageRun run in other.ToRuns()) Add(run);
    }

    /// <summary>Removes pages; those that are not there are left alone.</summary>
    public void Remove(PageRun run)
    {
        for (uint page = run.Start; page < run.End;)
        {
            (ulong mask, uint next) = Mask(page, run.End);
            uint index = page / WordBits;
            ulong word = _words.BitsOf(index);
            Count -= BitOperations.PopCount(mask & word);
            if ((word & ~mask) == 0) _words.Remove(index);
            else _words.Change(index) = word & ~mask;

            page = next;
        }
    }

    public void Clear()
    {
        _words.Clear();
        Count = 0;
    }

    private static void Append(List<PageRun> runs, PageRun run)
    {
        if (runs.Count > 0 && runs[^1].End == run.Start)
            runs[^1] = new PageRun(runs[^1].Start, runs[^1].Count + run.Count);
        else
            runs.Add(run);
    }

    private static (ulong Mask, uint Next) Mask(uint page, uint end)
    {
        uint low = page % WordBits;
        uint next = (uint)Math.Min(end, (long)page - low + WordBits);
        return (Ones((int)(next - page)) << (int)low, next);
    }

    private static ulong Ones(int bits) => bits == WordBits ? ulong.MaxValue : (1UL << bits) - 1;
}
