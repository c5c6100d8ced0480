using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Transactions;

/// <content>What a compaction asks for.</content>
internal sealed partial class Space
{
    public SpaceFigures Figures
    {
        get
        {
            using (Uninterrupted.Enter(_gate))
            {
                uint end = _finished
                    .CheckpointRunsOf(new TransactionId(ulong.MaxValue))
                    .Select(static run => run.End)
                    .DefaultIfEmpty().Max();
                return new SpaceFigures(_tail.PageCount, free.FreeCount, _pending.Count, end);
            }
        }
    }

    /// <summary>
    /// Takes the lowest free pages there are, for a compaction, which made sure that they suffice.
    /// </summary>
    public List<PageRun> PlaceLowest(uint count)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _tail.PutBack();
            return Note(_placement.TakeLowest(_tail, count));
        }
    }

    /// <summary>Takes a run that ends before a page; empty if none is free.</summary>
    public PageRun TryPlaceRunBelow(uint count, uint end)
    {
        using (Uninterrupted.Enter(_gate))
        {
            ThrowIfClosed();
            PageRun run = _placement.TryTakeRunBelow(count, end);
            return run.Count == 0 ? run : Note([run])[0];
        }
    }

    /// <summary>
    /// Pages free for a compaction: below a page and in all. Places are looked for below it first
    /// until <see cref="EndCompaction"/>, so that what it empties stays empty.
    /// </summary>
    public (long Below, long All) BeginCompaction(uint ceiling)
    {
        using (Uninterrupted.Enter(_gate))
        {
            _placement.Ceiling = ceiling;
            return (free.CountFree(new PageRun(0, ceiling)), free.FreeCount);
        }
    }

    /// <summary>Places are chosen again wherever they suit.</summary>
    public void EndCompaction()
    {
        using (Uninterrupted.Enter(_gate)) _placement.Ceiling = uint.MaxValue;
    }

    /// <summary>Grows by exactly so many pages if the device has the room.</summary>
    public bool TryGrow(uint pages)
    {
        using (Uninterrupted.Enter(_gate))
        {
            ThrowIfClosed();
            return _tail.TryGrowBy(pages);
        }
    }
}
