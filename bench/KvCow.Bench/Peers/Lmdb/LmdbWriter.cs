namespace KvCow.Bench.Peers.Lmdb;

internal sealed unsafe class LmdbWriter(nint environment, uint table) : IWriter
{
    private nint _transaction;

    public void Begin() => LmdbCalls.Check(
        LmdbCalls.mdb_txn_begin(environment, 0, 0, out _transaction), "txn_begin");

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Put(key, value, 0);

    public void Append(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
        Put(key, value, LmdbCalls.Append);

    public void Delete(ReadOnlySpan<byte> key)
    {
        fixed (byte* start = key)
        {
            LmdbBytes wanted = new(key.Length, start);
            LmdbCalls.Check(LmdbCalls.mdb_del(_transaction, table, &wanted, null), "del");
        }
    }

    public void Commit()
    {
        nint transaction = _transaction;
        _transaction = 0;
        LmdbCalls.Check(LmdbCalls.mdb_txn_commit(transaction), "txn_commit");
    }

    public void Dispose()
    {
        if (_transaction != 0) LmdbCalls.mdb_txn_abort(_transaction);
    }

    private void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint flags)
    {
        fixed (byte* keyStart = key)
        fixed (byte* valueStart = value)
        {
            LmdbBytes wanted = new(key.Length, keyStart);
            LmdbBytes stored = new(value.Length, valueStart);
            LmdbCalls.Check(
                LmdbCalls.mdb_put(_transaction, table, &wanted, &stored, flags), "put");
        }
    }
}
