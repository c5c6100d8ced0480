namespace KvCow;

/// <summary>
/// A database, transaction, bucket, cursor or pinned value was used after its end: disposed,
/// committed, rolled back, or its bucket deleted.
/// </summary>
public sealed class HandleEndedException : DatabaseException
{
    internal HandleEndedException(string message)
        : base(message)
    {
    }

    internal static HandleEndedException OfDatabase() =>
        new("The database was disposed, and its transactions with it. Open it again.");
}
