namespace KvCow.Bench.Peers.RocksDb;

/// <summary>One batch per commit: RocksDB's cheapest atomic write of several keys.</summary>
internal sealed unsafe class RocksWriter(nint database, nint options) : IWriter
{
    private readonly nint _batch = RocksCalls.rocksdb_writebatch_create();

    public void Begin() => RocksCalls.rocksdb_writebatch_clear(_batch);

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* keyStart = key)
        fixed (byte* valueStart = value)
        {
            RocksCalls.rocksdb_writebatch_put(
                _batch, keyStart, (nuint)key.Length, valueStart, (nuint)value.Length);
        }
    }

    public void Delete(ReadOnlySpan<byte> key)
    {
        fixed (byte* start = key)
        {
            RocksCalls.rocksdb_writebatch_delete(_batch, start, (nuint)key.Length);
        }
    }

    public void Commit()
    {
        byte* error = null;
        RocksCalls.rocksdb_write(database, options, _batch, &error);
        RocksCalls.Check(error);
    }

    public void Dispose() => RocksCalls.rocksdb_writebatch_destroy(_batch);
}
