namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// One thing the device may or may not have done before a power cut: independent of all others.
/// </summary>
/// <param name="Sequence">Place in the order in which the changes were asked for.</param>
/// <param name="FileId">The file it is about.</param>
internal abstract record DiskChange(long Sequence, int FileId);

/// <summary>Bytes written within one chunk; the device may tear them at sectors.</summary>
internal sealed record WriteChange(
    long Sequence, int FileId, int ChunkIndex, int Start, int End, DiskChunk Data)
    : DiskChange(Sequence, FileId)
{
    /// <summary>Whether it replaces all of a chunk.</summary>
    public bool IsWhole => Start == 0 && End == DiskChunk.Bytes;

    /// <summary>Whether a chunk holds these bytes in their place.</summary>
    public bool IsIn(DiskChunk chunk) =>
        chunk == Data || chunk.Span[Start..End].SequenceEqual(Data.Span[Start..End]);
}

/// <summary>The file became longer; the device may have stopped on the way.</summary>
internal sealed record ExtendChange(long Sequence, int FileId, long Former, long Length)
    : DiskChange(Sequence, FileId);

/// <summary>The file was cut.</summary>
internal sealed record CutChange(long Sequence, int FileId, long Length)
    : DiskChange(Sequence, FileId);

/// <summary>A file got a name (from none), lost it (to none), or changed it.</summary>
internal sealed record EntryChange(long Sequence, int FileId, string? From, string? To)
    : DiskChange(Sequence, FileId);
