namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// What writes leave of a chunk, torn or whole: most draws of one instant share them, and the
/// hashes that they know.
/// </summary>
internal sealed class TornChunks
{
    private readonly Dictionary<(DiskChunk Before, long Sequence, byte Fate), DiskChunk> _after = [];

    public void Apply(WriteChange write, byte fate, ChunkMap content)
    {
        byte normal = Fate.Normal(write, fate);
        if (normal == Fate.Lost) return;
        DiskChunk before = content.ChunkAt(write.ChunkIndex);
        (DiskChunk, long, byte) key = (before, write.Sequence, normal);
        if (!_after.TryGetValue(key, out DiskChunk? after))
            _after.Add(key, after = Fate.After(write, normal, before));
        content.SetChunk(write.ChunkIndex, after);
    }
}
