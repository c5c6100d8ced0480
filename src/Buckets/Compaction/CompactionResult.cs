namespace KvCow;

/// <summary>What a compaction did.</summary>
public sealed record CompactionResult
{
    internal CompactionResult()
    {
    }

    /// <summary>Why it ended.</summary>
    public required CompactionEnd End { get; init; }

    /// <summary>Bytes of pages written.</summary>
    public required long BytesMoved { get; init; }

    /// <summary>Size of the file before.</summary>
    public required long FileBytesBefore { get; init; }

    /// <summary>Size of the file after it.</summary>
    public required long FileBytesAfter { get; init; }
}
