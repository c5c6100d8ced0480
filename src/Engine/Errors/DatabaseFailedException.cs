namespace KvCow;

/// <summary>
/// A write or a flush failed, so nobody knows what the device holds. Snapshots already shown stay
/// readable; nothing more is written until the database is opened again, which checks and decides.
/// The outcome of the commit that met the failure is unknown until then.
/// </summary>
public sealed class DatabaseFailedException : DatabaseException
{
    internal DatabaseFailedException(string path, Exception inner)
        : base($"Writing to '{path}' failed ({inner.Message.TrimEnd('.')}); the outcome of the "
            + "last commit is unknown. Dispose the database and open it again to find out.", inner)
    {
    }
}
