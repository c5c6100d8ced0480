namespace KvCow;

/// <summary>How far a backup or a restore has come.</summary>
/// <param name="PagesDone">Pages handled so far, in all passes together.</param>
/// <param name="PagesTotal">
/// Pages to handle, as far as known at the start: a compacted backup may end below it.
/// </param>
public readonly record struct BackupProgress(long PagesDone, long PagesTotal);
