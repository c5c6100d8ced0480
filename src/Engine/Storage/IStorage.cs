namespace KvCow.Engine.Storage;

/// <summary>
/// The one seam to the operating system: the files of one database, as one failure domain. A file
/// is named by its suffix: <c>""</c> is the main file, <c>".pending"</c> the log beside it.
/// </summary>
internal interface IStorage : IDisposable
{
    /// <summary>Path of the main file, for messages.</summary>
    string Path { get; }

    bool Exists(string suffix);

    /// <summary>
    /// Opens or creates one file (mode 0600 where there are modes). A created file is durable only
    /// after its own flush and <see cref="FlushDirectory"/>.
    /// </summary>
    IStorageFile Open(string suffix, StorageOpening opening);

    /// <summary>Deletes the file if it is there. Open files stay open.</summary>
    void Delete(string suffix);

    /// <summary>Renames atomically, replacing the target. Open files stay open.</summary>
    void Rename(string fromSuffix, string toSuffix);

    /// <summary>Makes creations, renames and deletions durable.</summary>
    void FlushDirectory();
}
