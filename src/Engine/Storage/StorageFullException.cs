namespace KvCow.Engine.Storage;

/// <summary>The device has no room (ENOSPC, EDQUOT, EFBIG). Nothing was lost.</summary>
internal sealed class StorageFullException(string message, Exception? inner = null)
    : IOException(message, inner);
