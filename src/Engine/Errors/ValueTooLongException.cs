namespace KvCow;

/// <summary>A value is longer than 2 GiB less 57 bytes, the longest .NET span.</summary>
public sealed class ValueTooLongException : DatabaseException
{
    internal ValueTooLongException(long valueBytes, long valueBytesMax)
        : base($"The value has {valueBytes} bytes; at most {valueBytesMax} are allowed. "
            + "Divide it over several keys.")
    {
        ValueBytes = valueBytes;
        ValueBytesMax = valueBytesMax;
    }

    /// <summary>Length of the refused value in bytes.</summary>
    public long ValueBytes { get; }

    /// <summary>Longest value in bytes.</summary>
    public long ValueBytesMax { get; }
}
