using System.Diagnostics;
using System.Numerics;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>Which pages of the file are free: one bit a page.</summary>
/// <remarks>
/// A bitmap joins neighbours by itself and costs 0.003 % of the file's size in memory. Looking for
/// a run reads 64 pages a step, so 16,000 steps for a million pages.
/// </remarks>
internal sealed class FreeMap
{
    private const int WordBits = 64;

    private ulong[] _words = new ulong[16];

    public long FreeCount { get; private set; }

    public FreeMap Copy() => new() { _words = (ulong[])_words.Clone(), FreeCount = FreeCount };

    public bool IsFree(uint page)
    {
        uint word = page / WordBits;
        return word < _words.Length && (_words[word] >> (int)(page % WordBits) & 1) != 0;
    }

    /// <summary>True if none of the run's pages is free.</summary>
    public bool IsAllUsed(PageRun run) => CountFree(run) == 0;

    /// <summary>True if all of the run's pages are free.</summary>
    public bool IsAllFree(PageRun run) => CountFree(run) == run.Count;

    /// <summary>Frees pages that are in use.</summary>
    public void Add(PageRun run)
    {
        Debug.Assert(IsAllUsed(run), "freed twice (invariant 5)");
        if (run.End > (long)_words.Length * WordBits) Reserve(run.End);
        FreeCount += run.Count - CountFree(run);
        Change(run, free: true);
    }

    /// <summary>Takes pages that are free.</summary>
    public void Remove(PageRun run)
    {
        Debug.Assert(IsAllFree(run), "taken twice (invariant 5)");
        Change(run, free: false);
        FreeCount -= run.Count;
    }

    /// <summary>All free runs, ascending.</summary>
    public IEnumerable<PageRun> Runs()
    {
        for (uint page = 0; NextRun(page, uint.MaxValue) is { Count: > 0 } run; page = run.End)
            yield return run;
    }

    /// <summary>
    /// The first free run at or after <paramref name="from"/>, at most <paramref name="most"/>
    /// pages of it; empty if there is none.
    /// </summary>
    public PageRun NextRun(uint from, uint most)
    {
        long start = NextBit(from, set: true);
        if (start < 0) return default;

        long end = NextBit((uint)start, set: false);
        if (end < 0) end = (long)_words.Length * WordBits;
        return new PageRun((uint)start, (uint)Math.Min(end - start, most));
    }

    /// <summary>
    /// The first run of <paramref name="count"/> free pages that begins in
    /// [<paramref name="from"/>, <paramref name="to"/>); empty if there is none.
    /// </summary>
    public PageRun FindRun(uint from, uint to, uint count)
    {
        // Whole words decide; partly free words are looked into only where a run may begin.
        long runStart = -1;
        uint first = from / WordBits;
        uint limit = (uint)Math.Min(
            _words.Length, ((long)to + count + WordBits - 1) / WordBits + 1);
        for (uint index = first; index < limit; index++)
        {
            ulong word = _words[index];
            if (index == first) word &= ulong.MaxValue << (int)(from % WordBits);
            long bit = (long)index * WordBits;
            if (word == ulong.MaxValue)
            {
                if (runStart < 0) runStart = bit;
            }
            else
            {
                long end = bit + BitOperations.TrailingZeroCount(~word);
                if (runStart >= 0 && end - runStart >= count)
                    break;

                int inside = FindInside(word, count);
                if (inside >= 0)
                {
                    runStart = bit + inside;
                    return runStart < to ? new PageRun((uint)runStart, count) : default;
                }

                int leading = BitOperations.LeadingZeroCount(~word);
                runStart = leading == 0 ? -1 : bit + WordBits - leading;
            }

            if (runStart >= to) return default;
            if (runStart >= 0 && bit + WordBits - runStart >= count) break;
        }

        return runStart >= 0 && runStart < to && IsAllFree(new PageRun((uint)runStart, count))
            ? new PageRun((uint)runStart, count)
            : default;
    }

    /// <summary>Length of the free run that ends at <paramref name="end"/> (exclusive).</summary>
    public uint TailLength(uint end)
    {
        uint page = end;
        while (page > 0)
        {
            if (page % WordBits == 0 && page / WordBits <= _words.Length
                && _words[page / WordBits - 1] == ulong.MaxValue)
            {
                page -= WordBits;
                continue;
            }

            if (!IsFree(page - 1)) break;
            page--;
        }

        return end - page;
    }

    /// <summary>
    /// Lowest bit where <paramref name="count"/> ones begin inside one word, or -1.
    /// </summary>
    private static int FindInside(ulong word, uint count)
    {
        if (count >= WordBits) return -1;

        // After k steps a bit is set if it and the k-1 above it were: halving reaches any count.
        uint have = 1;
        while (have < count && word != 0)
        {
            uint step = Math.Min(have, count - have);
            word &= word >> (int)step;
            have += step;
        }

        return word == 0 ? -1 : BitOperations.TrailingZeroCount(word);
    }

    /// <summary>How many of the run's pages are free.</summary>
    public long CountFree(PageRun run)
    {
        long free = 0;
        for (uint page = run.Start; page < run.End;)
        {
            uint index = page / WordBits;
            if (index >= _words.Length) break;
            (ulong mask, uint next) = Mask(page, run.End);
            free += BitOperations.PopCount(_words[index] & mask);
            page = next;
        }

        return free;
    }

    private void Change(PageRun run, bool free)
    {
        for (uint page = run.Start; page < run.End;)
        {
            (ulong mask, uint next) = Mask(page, run.End);
            ref ulong word = ref _words[page / WordBits];
            word = free ? word | mask : word & ~mask;
            page = next;
        }
    }

    private static (ulong Mask, uint Next) Mask(uint page, uint end)
    {
        uint low = page % WordBits;
        uint next = (uint)Math.Min(end, (long)page - low + WordBits);
        uint bits = next - page;
        ulong ones = bits == WordBits ? ulong.MaxValue : (1UL << (int)bits) - 1;
        return (ones << (int)low, next);
    }

    private long NextBit(uint from, bool set)
    {
        for (uint index = from / WordBits; index < _words.Length; index++)
        {
            ulong word = set ? _words[index] : ~_words[index];
            if (index == from / WordBits) word &= ulong.MaxValue << (int)(from % WordBits);
            if (word != 0) return (long)index * WordBits + BitOperations.TrailingZeroCount(word);
        }

        return -1;
    }

    private void Reserve(uint pages)
    {
        long words = ((long)pages + WordBits - 1) / WordBits;
        Array.Resize(ref _words, (int)Math.Max(words, _words.Length * 2L));
    }
}
