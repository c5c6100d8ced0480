namespace KvCow;

/// <summary>Another process, or another handle of this one, has the database open.</summary>
public sealed class DatabaseLockedException : DatabaseException
{
    internal DatabaseLockedException(string path, int? ownerProcessId)
        : base($"'{path}' is in use by "
            + (ownerProcessId is int id ? $"process {id}" : "another process or handle")
            + ". Close it there, raise DatabaseOptions.LockTimeout, or open both read-only.")
    {
        OwnerProcessId = ownerProcessId;
    }

    /// <summary>The process that holds the lock, or null where the system does not say.</summary>
    public int? OwnerProcessId { get; }
}
