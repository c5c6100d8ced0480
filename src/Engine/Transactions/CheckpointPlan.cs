using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>Where the checkpoint of a commit under way goes, and what it will say.</summary>
internal sealed class CheckpointPlan
{
    private readonly List<PageRun> _places;
    private readonly FreeMap _free;

    private CheckpointPlan(List<PageRun> places, FreeMap free) => (_places, _free) = (places, free);

    /// <summary>Takes the pages; may throw <see cref="DatabaseFullException"/>.</summary>
    /// <param name="parts">Of the store.</param>
    /// <param name="freed">What the commit frees; part of what the checkpoint lists.</param>
    /// <param name="wish">Where the pages go, and whether all of the free tail is cut.</param>
    public static CheckpointPlan Make(StoreParts parts, List<PageRun> freed, SpaceWish wish)
    {
        FreeMap free = FreeAfter(parts, freed);
        uint pages = FreeListCheckpoint.PagesFor(free.Runs().LongCount(), parts.File.PageBytes);
        List<PageRun> places = wish.Lowest
            ? parts.Space.PlaceLowest(pages)
            : parts.Space.Place(pages, PageRun.Total(freed) + pages);
        parts.Space.CutTail(wish.CutsTail, wish.IsClose);
        return new CheckpointPlan(places, FreeAfter(parts, freed));
    }

    public List<PageRun> Places => _places;

    public PageReference Write(PageFile file, TransactionId birth) =>
        FreeListCheckpoint.Write(file, _places, _free, birth);

    private static FreeMap FreeAfter(StoreParts parts, List<PageRun> freed)
    {
        FreeMap free = parts.Space.CopyFreeAndPending();
        freed.ForEach(free.Add);
        return free;
    }
}
