namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// What becomes of a change in a power cut, in one byte: 0 lost, 255 done, else torn. A torn write
/// keeps the sectors whose bits are set; a torn extension stops at that share of its way; a
/// directory entry or a cut cannot be torn and is done.
/// </summary>
internal static class Fate
{
    public const byte Lost = 0;
    public const byte Done = 255;

    /// <summary>
    /// The same for all fates that come to the same: of a tear only those sectors count that the
    /// write is about.
    /// </summary>
    public static byte Normal(DiskChange change, byte fate)
    {
        if (change is not WriteChange write) return change is ExtendChange || fate == Lost
            ? fate
            : Done;
        int first = write.Start / DiskChunk.SectorBytes;
        int last = (write.End - 1) / DiskChunk.SectorBytes;
        int touched = ((2 << last) - 1) & ~((1 << first) - 1);
        int kept = fate & touched;
        return kept == touched ? Done : (byte)kept;
    }

    public static void Apply(DiskChange change, byte fate, ChunkMap content)
    {
        if (fate == Lost) return;
        switch (change)
        {
            case WriteChange write:
                DiskChunk before = content.ChunkAt(write.ChunkIndex);
                content.SetChunk(write.ChunkIndex, After(write, fate, before));
                break;
            case ExtendChange extend:
                content.Extend(fate == Done ? extend.Length : PartOfTheWay(extend, fate));
                break;
            case CutChange cut:
                content.Cut(cut.Length);
                break;
            default:
                throw new ArgumentException("Not a change of content.", nameof(change));
        }
    }

    public static void Apply(EntryChange change, byte fate, Dictionary<string, int> directory)
    {
        if (fate == Lost) return;
        if (change.From is { } from
            && directory.TryGetValue(from, out int id)
            && id == change.FileId)
        {
            directory.Remove(from);
        }

        if (change.To is not { } to) return;
        // Without the renames before this one the file may still have an older name.
        foreach ((string name, int other) in directory)
            if (other == change.FileId) directory.Remove(name);
        directory[to] = change.FileId;
    }

    /// <summary>What a chunk is after the write.</summary>
    public static DiskChunk After(WriteChange write, byte fate, DiskChunk before) =>
        fate == Done && write.IsWhole
            ? write.Data
            : before.Torn(write.Data, write.Start, write.End, fate);

    private static long PartOfTheWay(ExtendChange extend, byte fate)
    {
        long length = extend.Former + ((extend.Length - extend.Former) * fate / Done);
        return Math.Max(extend.Former, length - length % DiskChunk.SectorBytes);
    }
}
