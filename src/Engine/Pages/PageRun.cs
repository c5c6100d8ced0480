namespace KvCow.Engine.Pages;

/// <summary>Consecutive pages of the file.</summary>
internal readonly record struct PageRun(uint Start, uint Count)
{
    /// <summary>The page after the last one.</summary>
    public uint End => Start + Count;

    /// <summary>Sorts page runs by place and joins neighbours, in place.</summary>
    public static void Normalize(List<PageRun> runs)
    {
        if (runs.Count < 2) return;

        runs.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        int last = 0;
        for (int i = 1; i < runs.Count; i++)
        {
            if (runs[last].End == runs[i].Start)
                runs[last] = new PageRun(runs[last].Start, runs[last].Count + runs[i].Count);
            else
                runs[++last] = runs[i];
        }

        runs.RemoveRange(last + 1, runs.Count - last - 1);
    }

    public static long Total(List<PageRun> runs)
    {
        long total = 0;
        foreach (PageRun run in runs) total += run.Count;
        return total;
    }
}
