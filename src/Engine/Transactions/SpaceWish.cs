namespace KvCow.Engine.Transactions;

/// <summary>What the commit of a compaction asks of the space, and other commits do not.</summary>
/// <param name="Lowest">Its pages go to the lowest places.</param>
/// <param name="CutsTail">All of the free tail goes back; commits even without a change.</param>
/// <param name="MovesCheckpoint">It carries the free list's checkpoint, to a low place.</param>
internal readonly record struct SpaceWish(bool Lowest, bool CutsTail, bool MovesCheckpoint)
{
    /// <summary>It is the last commit of a clean close.</summary>
    public bool IsClose { get; init; }
}
