namespace KvCow;

/// <summary>Why a compaction ended.</summary>
public enum CompactionEnd
{
    /// <summary>All is full and in front, and the rest of the file was given back.</summary>
    Done,

    /// <summary>The budget is spent; the next call goes on from there.</summary>
    BudgetSpent,

    /// <summary>
    /// Open read transactions hold the pages that the rest would move to:
    /// <see cref="DatabaseStatistics.PendingBytes"/>. Compact again after they have ended.
    /// </summary>
    HeldByReaders,

    /// <summary>
    /// What is left has no better place: the device is full, or no hole is as long as the long
    /// values.
    /// </summary>
    NoRoom,
}
