using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>What a write transaction hands over to be committed.</summary>
/// <param name="Id">The commit.</param>
/// <param name="CatalogRoot">The catalog's root now, dirty or as it was.</param>
/// <param name="Dirty">The dirty pages; those not reachable any more are left out.</param>
/// <param name="Freed">Committed pages that it gives up.</param>
/// <param name="Counts">Pages by kind, all but the dirty ones.</param>
/// <param name="HasSpilled">Whether some of its pages are at their places already.</param>
internal readonly record struct PageChange(
    TransactionId Id, PageReference CatalogRoot, DirtyPages Dirty, FreedPages Freed,
    PageCounts Counts, bool HasSpilled = false)
{
    /// <summary>What it did, told in full; null if only its pages tell.</summary>
    public RedoRecord? Redo { get; init; }

    /// <summary>The snapshot that its transaction keeps others from taking pages of.</summary>
    public TransactionId Pinned { get; init; }

    /// <summary>What a compaction wants of the space besides.</summary>
    public SpaceWish Wish { get; init; }
}
