using KvCow.Engine.Telemetry;
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

    public StoreTelemetry Telemetry => _parts.File.Telemetry;

    /// <summary>True after a failed write or flush: nothing more is written.</summary>
    public bool HasFailed => _parts.File.HasFailed;

    /// <summary>Pages of the file, and those of them that are free or pending.</summary>
    public (long All, long Dead) DeadPages
    {
        get
        {
            (long free, long pending) = _parts.Space.Counts;
            return (_parts.Space.PageCount, free + pending);
        }
    }

    /// <summary>Ends what the steps of a compaction began.</summary>
    public void EndCompaction() => _parts.Space.EndCompaction();
}
