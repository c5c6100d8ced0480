using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <content>What a compaction does with a transaction.</content>
internal sealed partial class PageTransaction
{
    /// <summary>What its commit asks of the space; a compaction sets it.</summary>
    public SpaceWish Wish { get; set; }

    /// <summary>Changed pages held in memory.</summary>
    public int DirtyCount => _dirty.Count;

    /// <summary>Makes this transaction a step of a compaction.</summary>
    public CompactionStep BeginCompaction(in CompactionAim aim)
    {
        ThrowIfUnusable();
        Redo.GiveUp(); // No record tells where pages lie.
        // What the step before gave up is what this one fills.
        Release();
        return new CompactionStep(this, _parts.Space, aim);
    }

    /// <summary>Makes pages free that no open snapshot reaches any more.</summary>
    public void Release() => _parts.Space.Release(_parts.Snapshots.Oldest());

    /// <summary>Copies a long value to pages taken for it, and gives up the old ones.</summary>
    public ExtentReference MoveExtent(in ExtentReference extent, PageRun place)
    {
        ThrowIfUnusable();
        ExtentReference moved = Count(Extents.Copy(extent, place));
        if (!PlantedBugs.LeakMovedExtent) FreeExtent(extent);
        return moved;
    }
}
