using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>What the redo log behind a meta page tells.</summary>
/// <param name="Last">Its last whole commit; the meta page's if it tells nothing.</param>
/// <param name="Pages">The pages it lies in: nothing may be written there before it is done again.
/// </param>
/// <param name="End">Where it ends.</param>
internal sealed record RedoTail(TransactionId Last, PageSet Pages, PageId End)
{
    public static RedoTail Find(PageFile file, MetaPage meta)
    {
        RedoReader reader = new(file, meta);
        while (!PlantedBugs.ForgetRedoLog && reader.MoveNext())
        {
        }

        return new RedoTail(reader.Last, reader.Pages, reader.End);
    }

    /// <summary>The page after its last one; 0 if there is none.</summary>
    public uint PageCount => Pages.ToRuns().Select(static run => run.End).DefaultIfEmpty().Max();
}
