namespace KvCow;

/// <summary>A write was asked of a database that was opened read-only.</summary>
public sealed class ReadOnlyDatabaseException : DatabaseException
{
    internal ReadOnlyDatabaseException(string path)
        : base($"'{path}' was opened read-only. Open it with DatabaseOptions.ReadOnly = false.")
    {
    }

    private ReadOnlyDatabaseException(string path, string problem)
        : base($"'{path}' {problem}")
    {
    }

    /// <summary>Somebody wants pages from the file that are in memory only.</summary>
    internal static ReadOnlyDatabaseException OfPages(string path) => new(path,
        "was not closed cleanly, and the pages of its last commits are in memory only. Open it "
        + "once with DatabaseOptions.ReadOnly = false, which writes them.");

    /// <summary>What the redo log tells does not fit into memory.</summary>
    internal static ReadOnlyDatabaseException OfRecovery(string path) => new(path,
        "was not closed cleanly, and its last commits do not fit into the memory of a read-only "
        + "database. Open it once with DatabaseOptions.ReadOnly = false, which writes them, or "
        + "with more CacheBytes.");
}
