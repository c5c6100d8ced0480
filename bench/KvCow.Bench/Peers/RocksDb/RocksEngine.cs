namespace KvCow.Bench.Peers.RocksDb;

/// <summary>
/// RocksDB with a bloom filter, a block cache larger than the data, and no compression: the values
/// are random, and it would only cost time.
/// </summary>
internal sealed unsafe class RocksEngine : IEngine
{
    private const double BloomBitsPerKey = 10;

    private readonly nint _options;
    private readonly nint _writeOptions;
    private readonly nint _database;

    public RocksEngine(EngineSettings settings)
    {
        nint table = RocksCalls.rocksdb_block_based_options_create();
        RocksCalls.rocksdb_block_based_options_set_filter_policy(
            table, RocksCalls.rocksdb_filterpolicy_create_bloom_full(BloomBitsPerKey));
        RocksCalls.rocksdb_block_based_options_set_block_cache(
            table, RocksCalls.rocksdb_cache_create_lru((nuint)settings.CacheBytes));
        _options = RocksCalls.rocksdb_options_create();
        RocksCalls.rocksdb_options_set_create_if_missing(_options, 1);
        RocksCalls.rocksdb_options_set_compression(_options, 0);
        RocksCalls.rocksdb_options_increase_parallelism(_options, Environment.ProcessorCount);
        RocksCalls.rocksdb_options_set_block_based_table_factory(_options, table);
        _writeOptions = RocksCalls.rocksdb_writeoptions_create();
        byte sync = settings.IsDurable ? (byte)1 : (byte)0;
        RocksCalls.rocksdb_writeoptions_set_sync(_writeOptions, sync);
        byte* error = null;
        _database = RocksCalls.rocksdb_open(_options, settings.Folder, &error);
        RocksCalls.Check(error);
    }

    public IReader OpenReader() => new RocksReader(_database);

    public IWriter OpenWriter() => new RocksWriter(_database, _writeOptions);

    public void Settle()
    {
        SpinWait wait = default;
        while (Property("rocksdb.num-running-compactions") + Property("rocksdb.num-running-flushes")
            + Property("rocksdb.compaction-pending") + Property("rocksdb.mem-table-flush-pending")
            > 0)
        {
            wait.SpinOnce();
        }
    }

    public bool Compact()
    {
        byte* error = null;
        RocksCalls.rocksdb_flush(_database, RocksCalls.rocksdb_flushoptions_create(), &error);
        RocksCalls.Check(error);
        RocksCalls.rocksdb_compact_range(_database, null, 0, null, 0);
        return true;
    }

    public void Dispose()
    {
        RocksCalls.rocksdb_close(_database);
        RocksCalls.rocksdb_options_destroy(_options);
    }

    private ulong Property(string name)
    {
        if (RocksCalls.rocksdb_property_int(_database, name, out ulong value) != 0)
        {
            throw new IOException($"RocksDB has no property {name}.");
        }

        return value;
    }
}
