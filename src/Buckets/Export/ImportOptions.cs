namespace KvCow;

/// <summary>How an export comes into a database. The defaults are meant for use.</summary>
public sealed record ImportOptions
{
    /// <summary>
    /// Commits once, at the end: all or nothing, but every changed page is in memory until then. By
    /// default an import commits now and then, and a failure keeps what was committed.
    /// </summary>
    public bool SingleTransaction { get; init; }

    /// <summary>
    /// Refuses an export with a top-level bucket of a name that the database has. By default the
    /// entries are put into that bucket beside those there are, replacing equal keys, and the
    /// higher sequence stays.
    /// </summary>
    public bool RefuseExistingBuckets { get; init; }
}
