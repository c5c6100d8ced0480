namespace KvCow.Bench.Peers.Lmdb;

/// <summary>LMDB's <c>MDB_val</c>.</summary>
internal unsafe struct LmdbBytes(int length, byte* start)
{
    public nuint Length = (nuint)length;
    public byte* Start = start;

    public readonly ReadOnlySpan<byte> Span => new(Start, (int)Length);
}
