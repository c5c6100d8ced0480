namespace KvCow.Tests.Support.SimulatedStorage;

/// <summary>
/// The content of a simulated file: shared chunks and a length. A fork costs nothing until one of
/// the two changes. Chunks behind the length may hold what reached the device before the length.
/// </summary>
internal sealed class ChunkMap
{
    private DiskChunk[] _chunks = [];
    private bool _shared;

    public long Length { get; private set; }

    public ChunkMap Fork()
    {
        _shared = true;
        return new ChunkMap { _chunks = _chunks, _shared = true, Length = Length };
    }

    public DiskChunk ChunkAt(int index) =>
        (uint)index < (uint)_chunks.Length ? _chunks[index] : DiskChunk.Zero;

    public void SetChunk(int index, DiskChunk chunk)
    {
        MakeOwn(index + 1);
        _chunks[index] = chunk;
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
        int kept = rest == 0 ? whole : whole + 1;
        // Room behind the end that holds nothing may stay: a copy would cost more.
        if (HoldsAnything(kept)) ShrinkTo(kept);
        if (rest == 0 || _chunks.Length < kept) return;
        DiskChunk last = _chunks[whole].CutAt(rest);
        if (last != _chunks[whole]) SetChunk(whole, last);
    }

    /// <summary>Hash of the content up to the length; nothing must lie behind it.</summary>
    public ulong ComputeHash()
    {
        ulong hash = (ulong)Length * 0x9E3779B97F4A7C15;
        for (int index = 0; index < _chunks.Length; index++)
        {
            DiskChunk chunk = _chunks[index];
            if (chunk == DiskChunk.Zero) continue;
            ulong mixed = (chunk.Hash ^ (ulong)index * 0xC2B2AE3D27D4EB4F) * 0x9FB21C651E98DF25;
            hash += mixed ^ mixed >> 29;
        }

        return hash;
    }

    private bool HoldsAnything(int from)
    {
        for (int index = from; index < _chunks.Length; index++)
            if (_chunks[index] != DiskChunk.Zero) return true;
        return false;
    }

    private void MakeOwn(int countMin)
    {
        if (!_shared && _chunks.Length >= countMin) return;
        // Some room more than asked for, as files grow chunk by chunk.
        int count = _chunks.Length >= countMin ? _chunks.Length : countMin + countMin / 4;
        Replace(count);
    }

    private void ShrinkTo(int count) => Replace(count);

    private void Replace(int count)
    {
        var chunks = new DiskChunk[count];
        int copied = Math.Min(count, _chunks.Length);
        Array.Copy(_chunks, chunks, copied);
        Array.Fill(chunks, DiskChunk.Zero, copied, count - copied);
        _chunks = chunks;
        _shared = false;
    }
}
