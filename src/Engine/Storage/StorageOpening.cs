namespace KvCow.Engine.Storage;

/// <summary>How a storage file is opened.</summary>
internal enum StorageOpening
{
    /// <summary>The file must exist; it is only read.</summary>
    ReadExisting,

    /// <summary>The file must exist; it is read and written.</summary>
    WriteExisting,

    /// <summary>Opened for writing, made empty if it exists, created if not.</summary>
    WriteNew,

    /// <summary>Opened for writing with its content, created empty if it does not exist.</summary>
    WriteOrCreate,
}
