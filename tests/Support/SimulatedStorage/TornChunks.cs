namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// What writes leave of a chunk, torn or whole: most draws of one instant share them, and the
/// hashes that they know.
/// </summary>
internal sealed class TornChunks
{
    private readonly Dictionary<(DiskChunk Before, long Sequence, byte Fate), DiskChunk>
        _after = [];

    public void Apply(WriteChange write, byte fate, ChunkMap content)
    {
        byte normal = Fate.Normal(write, fate);
        if (normal == Fate.Lost) return;
        DiskChunk before = content.ChunkAt(write.ChunkIndex);
        content.SetChunk(write.ChunkIndex, normal == Fate.Done && write.IsWhole
            ? write.Data
            : After(write, normal, before));
    }

    private DiskChunk After(WriteChange write, byte fate, DiskChunk before)
    {
        (DiskChunk, long, byte) key = (before, write.Sequence, fate);
        if (!_after.TryGetValue(key, out DiskChunk? after))
            _after.Add(key, after = Fate.After(write, fate, before));
        return after;
    }
}
