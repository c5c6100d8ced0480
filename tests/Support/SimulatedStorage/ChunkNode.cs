using System.Runtime.CompilerServices;

namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// A few neighbouring chunks of simulated files. Only the map that made it may change it; to all
/// others it is a part that they share.
/// </summary>
internal sealed class ChunkNode
{
    /// <summary>
    /// Chunks per node are 2 to this power: a change of a file copies one node, and the list of
    /// nodes.
    /// </summary>
    public const int Bits = 5;

    public const int Count = 1 << Bits;

    private Chunks _chunks;

    /// <param name="owner">Of the map that may change it.</param>
    /// <param name="other">What it is a copy of; null: zeros.</param>
    public ChunkNode(object owner, ChunkNode? other)
    {
        Owner = owner;
        if (other is not null) _chunks = other._chunks;
        else ((Span<DiskChunk>)_chunks).Fill(DiskChunk.Zero);
    }

    public object Owner { get; }

    public DiskChunk this[int index]
    {
        get => _chunks[index];
        set => _chunks[index] = value;
    }

    [InlineArray(Count)]
    private struct Chunks
    {
        private DiskChunk _first;
    }
}
