namespace KvCow.Bench.Peers.Sqlite;

/// <summary>SQLite: a table without row ids, prepared statements, a connection per thread.
/// </summary>
internal sealed class SqliteEngine : IEngine
{
    private readonly EngineSettings _settings;
    private readonly SqliteConnection _first;
    private readonly Lock _writing = new();

    public SqliteEngine(EngineSettings settings)
    {
        _settings = settings;
        _first = new SqliteConnection(settings);
    }

    public IReader OpenReader() => new SqliteReader(new SqliteConnection(_settings));

    public IWriter OpenWriter() => new SqliteWriter(new SqliteConnection(_settings), _writing);

    public void Settle() => SqliteCalls.Execute(_first.Handle, "PRAGMA wal_checkpoint(TRUNCATE)");

    public bool Compact()
    {
        SqliteCalls.Execute(_first.Handle, "VACUUM");
        Settle();
        return true;
    }

    public void Dispose() => _first.Dispose();
}
