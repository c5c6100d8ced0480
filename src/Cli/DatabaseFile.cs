namespace KvCow.Cli;

/// <summary>Opens the database file a command names.</summary>
internal static class DatabaseFile
{
    /// <summary>
    /// Number of the commit that making a file leaves; a later one is somebody's.
    /// </summary>
    private const ulong CreationId = 1;

    /// <summary>Opens beside other readers; the file must exist.</summary>
    public static Database OpenToRead(string path) =>
        Database.Open(path, new DatabaseOptions { ReadOnly = true });

    /// <summary>Opens for a change; the file must exist.</summary>
    public static Database OpenToChange(string path) =>
        Database.Open(path, new DatabaseOptions { CreateMode = CreateMode.OpenExisting });

    /// <summary>Opens for a change; the file is created if there is none.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pageBytes">Page size of a new file; null for the usual one.</param>
    public static Database OpenOrCreate(string path, long? pageBytes = null) => Database.Open(
        path, pageBytes is null ? null : new DatabaseOptions { PageBytes = (int)pageBytes });

    /// <summary>
    /// Runs work that puts something into a database, created if there is none. A file that was
    /// made for work that is refused before its first commit goes again.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="pageBytes">Page size of a new file; null for the usual one.</param>
    /// <param name="work">Returns the exit code.</param>
    public static int Fill(string path, long? pageBytes, Func<Database, int> work)
    {
        bool isMissing = !File.Exists(path);
        using Database database = OpenOrCreate(path, pageBytes);
        try
        {
            return work(database);
        }
        catch
        {
            // Its lock is still held: nobody else can have put anything into it meanwhile.
            if (isMissing && database.GetStatistics().TransactionId == CreationId)
                File.Delete(path);
            throw;
        }
    }
}
