namespace KvCow;

/// <summary>How far a verify has come.</summary>
/// <param name="PagesDone">Pages checked so far.</param>
/// <param name="PagesTotal">Pages of the snapshot in use, as known at the start.</param>
public readonly record struct VerifyProgress(long PagesDone, long PagesTotal);
