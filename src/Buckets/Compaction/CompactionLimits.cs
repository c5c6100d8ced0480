namespace KvCow;

/// <summary>What one step of a compaction keeps to.</summary>
/// <param name="PagesMax">Pages it writes, about; one long value may exceed it.</param>
/// <param name="ExtentPagesMax">Pages of a long value that is moved; longer ones stay.</param>
/// <param name="PageCountMax">The file may grow to that where there are no places.</param>
/// <param name="PendingMax">With more pages behind readers than that, it does nothing.</param>
/// <param name="IsAsked">
/// Somebody waits for the result: a full device is an answer, and not a failure.
/// </param>
internal readonly record struct CompactionLimits(
    long PagesMax, uint ExtentPagesMax, uint PageCountMax, long PendingMax,
    bool IsAsked);
