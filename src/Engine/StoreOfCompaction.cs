using KvCow.Engine.Transactions;

namespace KvCow.Engine;

/// <content>What a compaction asks for.</content>
internal sealed partial class Store
{
    public StoreOptions Options => _parts.Options;

    /// <summary>Changed pages that a transaction keeps in memory.</summary>
    public int DirtyPagesMax => _parts.Cache.LentMax;

    /// <summary>How pages are used; a moment's figures, for deciding what to compact.</summary>
    public SpaceFigures SpaceNow => _parts.Space.Figures;

    /// <summary>Ends what the steps of a compaction began.</summary>
    public void EndCompaction() => _parts.Space.EndCompaction();
}
