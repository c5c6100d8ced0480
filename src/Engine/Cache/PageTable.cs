using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <summary>Leads from page ids to frames: a flat table in chunks, read without locks.</summary>
/// <remarks>
/// An entry is the frame's number plus 1, or 0. It is written under the lock of its page's shard,
/// released by Volatile.Write after the frame's bytes and acquired by Volatile.Read in
/// <see cref="Find"/>. Chunks are added under the table's own lock and never removed.
/// </remarks>
internal sealed class PageTable
{
    /// <summary>
    /// Entries per chunk are 2 to this power. 13 makes 32 KiB: a small file costs little, a chunk
    /// stays out of the large object heap, and the outer array of a 20 GB file fits the L1 cache.
    /// </summary>
    private const int ChunkBits = 13;

    private const int ChunkMask = (1 << ChunkBits) - 1;

    // Guards the growth of _chunks.
    private readonly Lock _gate = new();
    private uint[]?[] _chunks = new uint[]?[1];

    /// <summary>The chunks there are now.</summary>
    public uint[]?[] Chunks => Volatile.Read(ref _chunks);

    /// <summary>The frame of a page, or -1.</summary>
    public int Find(PageId id) => FindIn(Chunks, id);

    /// <summary>The same for whoever looks up several pages in a row.</summary>
    /// <param name="chunks">Of <see cref="Chunks"/>: a page added later may be missed.</param>
    /// <param name="id">The page.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // Once per level of a look-up.
    public static int FindIn(uint[]?[] chunks, PageId id)
    {
        uint chunkIndex = id.Index >> ChunkBits;
        if (chunkIndex >= (uint)chunks.Length) return -1;
        uint[]? chunk = Volatile.Read(ref chunks[chunkIndex]);
        if (chunk is null) return -1;
        return (int)Volatile.Read(ref chunk[id.Index & ChunkMask]) - 1;
    }

    /// <summary>Grows the table for a page, before <see cref="Set"/>.</summary>
    public void EnsureRoom(PageId id)
    {
        if (ChunkOf(id) is null) AddChunk(id);
    }

    /// <summary>Called under the lock of the page's shard.</summary>
    public void Set(PageId id, int frame)
    {
        uint[] chunk = ChunkOf(id) ?? AddChunk(id);
        Volatile.Write(ref chunk[id.Index & ChunkMask], (uint)frame + 1);
    }

    /// <summary>Called under the lock of the page's shard.</summary>
    public void Clear(PageId id)
    {
        if (ChunkOf(id) is { } chunk) Volatile.Write(ref chunk[id.Index & ChunkMask], 0);
    }

    private uint[]? ChunkOf(PageId id)
    {
        uint[]?[] chunks = Volatile.Read(ref _chunks);
        uint chunkIndex = id.Index >> ChunkBits;
        return chunkIndex < (uint)chunks.Length ? Volatile.Read(ref chunks[chunkIndex]) : null;
    }

    private uint[] AddChunk(PageId id)
    {
        using (Uninterrupted.Enter(_gate))
        {
            int chunkIndex = (int)(id.Index >> ChunkBits);
            uint[]?[] chunks = _chunks;
            if (chunkIndex >= chunks.Length)
            {
                Array.Resize(ref chunks, Math.Max(chunkIndex + 1, chunks.Length * 2));
                Volatile.Write(ref _chunks, chunks);
            }

            uint[] chunk = chunks[chunkIndex] ?? new uint[1 << ChunkBits];
            Volatile.Write(ref chunks[chunkIndex], chunk);
            return chunk;
        }
    }
}
