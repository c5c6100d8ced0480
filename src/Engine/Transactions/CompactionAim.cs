namespace KvCow.Engine.Transactions;

/// <summary>What one step of a compaction may do.</summary>
/// <param name="Target">Pages from here on are to be emptied.</param>
/// <param name="PagesMax">Pages it writes, about; a long value is moved whole.</param>
/// <param name="Packs">Whether under-filled leaves are joined, in places anywhere.</param>
/// <param name="ExtentPagesMax">Pages of the longest value that moves; 0: none does.</param>
/// <param name="PageCountMax">The file may grow to that where there are no places.</param>
internal readonly record struct CompactionAim(
    uint Target, int PagesMax, bool Packs, uint ExtentPagesMax, uint PageCountMax);
