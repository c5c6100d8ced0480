namespace KvCow;

/// <summary>A write was asked of a database that was opened read-only.</summary>
public sealed class ReadOnlyDatabaseException : DatabaseException
{
    internal ReadOnlyDatabaseException(string path)
        : base($"'{path}' was opened read-only. Open it with DatabaseOptions.ReadOnly = false.")
    {
    }
}
