namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// The content of a simulated file: shared chunks and a length. A fork costs nothing until one of
/// the two changes, and little then. Chunks behind the length may hold what reached the device
/// before the length.
/// </summary>
internal sealed class ChunkMap
{
    // Null stands for zeros.
    private ChunkNode?[] _nodes = [];

    // What the nodes name that are this map's own; null: none is, nor the list of them.
    private object? _owner;

    // Of all chunks, kept up to date by each change once somebody has asked for it.
    private ulong _sum;
    private bool _isSummed;

    public long Length { get; private set; }

    public ChunkMap Fork()
    {
        _owner = null;
        return new ChunkMap { _nodes = _nodes, Length = Length };
    }

    /// <summary>A fork that knows its hash after each change.</summary>
    public ChunkMap ForkSummed()
    {
        SumUp();
        ChunkMap fork = Fork();
        fork._sum = _sum;
        fork._isSummed = true;
        return fork;
    }

    public DiskChunk ChunkAt(int index) => (uint)index >> ChunkNode.Bits < (uint)_nodes.Length
        && _nodes[index >> ChunkNode.Bits] is { } node
            ? node[index % ChunkNode.Count]
            : DiskChunk.Zero;

    public void SetChunk(int index, DiskChunk chunk)
    {
        if (_isSummed) _sum += Mix(chunk, index) - Mix(ChunkAt(index), index);
        OwnNode(index >> ChunkNode.Bits)[index % ChunkNode.Count] = chunk;
    }

    public int Read(long offset, Span<byte> destination)
    {
        int count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        int done = 0;
        while (done < count)
        {
            (long index, long start) = Math.DivRem(offset + done, DiskChunk.Bytes);
            int step = (int)Math.Min(count - done, DiskChunk.Bytes - start);
            ChunkAt((int)index).Span.Slice((int)start, step).CopyTo(destination[done..]);
            done += step;
        }

        return count;
    }

    /// <summary>
    /// Sets the length and nothing else: bytes behind a former end may come to light.
    /// </summary>
    public void Extend(long length) => Length = length;

    /// <summary>Sets the length and forgets every byte behind it.</summary>
    public void Cut(long length)
    {
        Length = length;
        int whole = (int)(length / DiskChunk.Bytes);
        int rest = (int)(length % DiskChunk.Bytes);
        for (int index = rest == 0 ? whole : whole + 1;
            index >> ChunkNode.Bits < _nodes.Length; index++)
        {
            // Of a node without anything nothing can be forgotten.
            if (_nodes[index >> ChunkNode.Bits] is null) index |= ChunkNode.Count - 1;
            else if (ChunkAt(index) != DiskChunk.Zero) SetChunk(index, DiskChunk.Zero);
        }

        if (rest == 0) return;
        DiskChunk last = ChunkAt(whole).CutAt(rest);
        if (last != ChunkAt(whole)) SetChunk(whole, last);
    }

    /// <summary>Hash of the content up to the length; nothing must lie behind it.</summary>
    public ulong ComputeHash()
    {
        SumUp();
        return ((ulong)Length * 0x9E3779B97F4A7C15) + _sum;
    }

    private static ulong Mix(DiskChunk chunk, int index)
    {
        if (chunk == DiskChunk.Zero) return 0;
        ulong mixed = (chunk.Hash ^ (ulong)index * 0xC2B2AE3D27D4EB4F) * 0x9FB21C651E98DF25;
        return mixed ^ mixed >> 29;
    }

    private void SumUp()
    {
        if (_isSummed) return;
        _sum = 0;
        for (int number = 0; number < _nodes.Length; number++)
        {
            if (_nodes[number] is not { } node) continue;
            for (int i = 0; i < ChunkNode.Count; i++)
                _sum += Mix(node[i], (number << ChunkNode.Bits) + i);
        }

        _isSummed = true;
    }

    private ChunkNode OwnNode(int number)
    {
        if (_owner is null || number >= _nodes.Length)
        {
            // Some room more than asked for, as files grow chunk by chunk.
            int count = number < _nodes.Length ? _nodes.Length : number + 1 + (number / 4);
            var nodes = new ChunkNode?[count]; // Others may have the old list.
            _nodes.CopyTo(nodes, 0);
            _nodes = nodes;
            _owner ??= new object();
        }

        if (_nodes[number] is { } node && node.Owner == _owner) return node;
        return _nodes[number] = new ChunkNode(_owner, _nodes[number]);
    }
}
