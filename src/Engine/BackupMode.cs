namespace KvCow;

/// <summary>How a backup lays out the pages of its snapshot.</summary>
public enum BackupMode
{
    /// <summary>
    /// Trees are built anew from their entries, full pages one after the other: the smallest file.
    /// </summary>
    Compacted,

    /// <summary>Every page at the place it has in the source, zeros where pages are free.</summary>
    Verbatim,
}
