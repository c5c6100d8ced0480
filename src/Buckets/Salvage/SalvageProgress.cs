namespace KvCow;

/// <summary>How far a salvage is.</summary>
/// <param name="PagesDone">Pages looked at; each is looked at up to three times.</param>
/// <param name="PagesTotal">Pages of the damaged file.</param>
/// <param name="Entries">Entries brought over so far.</param>
public readonly record struct SalvageProgress(long PagesDone, long PagesTotal, long Entries);
