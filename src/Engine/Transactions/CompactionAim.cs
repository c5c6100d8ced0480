namespace KvCow.Engine.Transactions;

/// <summary>What one step of a compaction may do.</summary>
/// <param name="Target">Pages from here on are to be emptied.</param>
/// <param name="PagesMax">Pages it writes, about; a long value is moved whole.</param>
/// <param name="Packs">Whether under-filled leaves are joined, in places anywhere.</param>
/// <param name="MovesExtents">Whether there are long values that may lie too high.</param>
/// <param name="PageCountMax">The file may grow to that where there are no places.</param>
internal readonly record struct CompactionAim(
    uint Target, int PagesMax, bool Packs, bool MovesExtents, uint PageCountMax);
