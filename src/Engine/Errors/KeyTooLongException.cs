namespace KvCow;

/// <summary>A key, or a bucket's name, is longer than the database's page size allows.</summary>
public sealed class KeyTooLongException : DatabaseException
{
    internal KeyTooLongException(int keyBytes, int keyBytesMax)
        : base($"The key has {keyBytes} bytes; with this page size at most {keyBytesMax} are "
            + "allowed. Shorten the key or create the database with larger pages.")
    {
        KeyBytes = keyBytes;
        KeyBytesMax = keyBytesMax;
    }

    /// <summary>Length of the refused key in bytes.</summary>
    public int KeyBytes { get; }

    /// <summary>Longest key of this database in bytes.</summary>
    public int KeyBytesMax { get; }
}
