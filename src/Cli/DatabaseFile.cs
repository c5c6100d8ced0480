namespace KvCow.Cli;

/// <summary>Opens the database file a command names.</summary>
internal static class DatabaseFile
{
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
}
