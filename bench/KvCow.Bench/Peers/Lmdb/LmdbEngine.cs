namespace KvCow.Bench.Peers.Lmdb;

/// <summary>LMDB with a map larger than any run, one unnamed table, no thread-bound readers.
/// </summary>
internal sealed class LmdbEngine : IEngine
{
    private static readonly long MapBytes = 64L << 30;

    private readonly nint _environment;
    private readonly uint _table;

    public LmdbEngine(EngineSettings settings)
    {
        LmdbCalls.Check(LmdbCalls.mdb_env_create(out _environment), "env_create");
        LmdbCalls.Check(LmdbCalls.mdb_env_set_mapsize(_environment, (nuint)MapBytes), "mapsize");
        LmdbCalls.Check(LmdbCalls.mdb_env_set_maxreaders(_environment, 512), "maxreaders");
        uint flags = LmdbCalls.NoThreadSlots | (settings.IsDurable ? 0 : LmdbCalls.NoSync);
        if (settings.IsLargerThanMemory) flags |= LmdbCalls.NoReadAhead;
        LmdbCalls.Check(
            LmdbCalls.mdb_env_open(_environment, settings.Folder, flags, 0x1A4), "env_open");
        LmdbCalls.Check(
            LmdbCalls.mdb_txn_begin(_environment, 0, LmdbCalls.ReadOnly, out nint transaction),
            "txn_begin");
        LmdbCalls.Check(LmdbCalls.mdb_dbi_open(transaction, 0, 0, out _table), "dbi_open");
        LmdbCalls.Check(LmdbCalls.mdb_txn_commit(transaction), "txn_commit");
    }

    public IReader OpenReader() => new LmdbReader(_environment, _table);

    public IWriter OpenWriter() => new LmdbWriter(_environment, _table);

    public void Dispose() => LmdbCalls.mdb_env_close(_environment);
}
