using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// What commits since the last delta did to the free list, summed up: a page taken and freed again
/// has not changed.
/// </summary>
internal sealed class UnloggedChanges
{
    private FreeMap _freed = new();
    private FreeMap _taken = new();

    /// <summary>Adds one commit: what it freed comes free before it takes.</summary>
    public void Add(List<PageRun> freed, List<PageRun> taken)
    {
        foreach (PageRun run in freed) Move(run, _taken, _freed);
        foreach (PageRun run in taken) Move(run, _freed, _taken);
    }

    public FreeListDelta ToDelta(
        TransactionId id, TransactionId previous, uint pageCountBefore, uint pageCount) =>
        new(id, previous, pageCountBefore, pageCount, [.. _freed.Runs()], [.. _taken.Runs()]);

    public void Clear()
    {
        if (_freed.FreeCount > 0) _freed = new FreeMap();
        if (_taken.FreeCount > 0) _taken = new FreeMap();
    }

    private static void Move(PageRun run, FreeMap opposite, FreeMap target)
    {
        for (uint page = run.Start; page < run.End; page++)
        {
            PageRun one = new(page, 1);
            if (opposite.IsFree(page)) opposite.Remove(one);
            else target.Add(one);
        }
    }
}
