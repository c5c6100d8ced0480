namespace KvCow;

/// <summary>
/// The device or the file's page limit has no room for a commit. The transaction was rolled back;
/// the database stays usable: deletes and smaller commits can succeed.
/// </summary>
public sealed class DatabaseFullException : DatabaseException
{
    internal DatabaseFullException(string path, string detail, Exception? inner = null)
        : base($"No room to grow '{path}': {detail.TrimEnd('.')}. The transaction was rolled back; "
            + "free space on the device or delete data.", inner)
    {
    }
}
