namespace KvCow.Bench.Peers.Sqlite;

/// <summary>
/// Writers of one process take turns at a lock of the program: SQLite's own way of waiting sleeps,
/// and would make it slower than a user need accept.
/// </summary>
internal sealed unsafe class SqliteWriter : IWriter
{
    private readonly SqliteConnection _connection;
    private readonly Lock _writing;
    private readonly nint _begin;
    private readonly nint _put;
    private readonly nint _delete;
    private readonly nint _commit;

    public SqliteWriter(SqliteConnection connection, Lock writing)
    {
        _connection = connection;
        _writing = writing;
        nint handle = connection.Handle;
        _begin = SqliteCalls.Prepare(handle, "BEGIN IMMEDIATE");
        _put = SqliteCalls.Prepare(handle, "INSERT OR REPLACE INTO t VALUES (?, ?)");
        _delete = SqliteCalls.Prepare(handle, "DELETE FROM t WHERE k = ?");
        _commit = SqliteCalls.Prepare(handle, "COMMIT");
    }

    public void Begin()
    {
        _writing.Enter();
        Run(_begin);
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* keyStart = key)
        fixed (byte* valueStart = value)
        {
            Check(SqliteCalls.sqlite3_bind_blob(_put, 1, keyStart, key.Length, 0));
            Check(SqliteCalls.sqlite3_bind_blob(_put, 2, valueStart, value.Length, 0));
            Run(_put);
        }
    }

    public void Delete(ReadOnlySpan<byte> key)
    {
        fixed (byte* start = key)
        {
            Check(SqliteCalls.sqlite3_bind_blob(_delete, 1, start, key.Length, 0));
            Run(_delete);
        }
    }

    public void Commit()
    {
        Run(_commit);
        _writing.Exit();
    }

    public void Dispose()
    {
        foreach (nint statement in new[] { _begin, _put, _delete, _commit })
        {
            _ = SqliteCalls.sqlite3_finalize(statement);
        }

        _connection.Dispose();
    }

    private void Run(nint statement)
    {
        int code = SqliteCalls.sqlite3_step(statement);
        if (code != SqliteCalls.Done) Check(code);
        Check(SqliteCalls.sqlite3_reset(statement));
    }

    private void Check(int code)
    {
        if (code != 0) SqliteCalls.Check(_connection.Handle, code, "write");
    }
}
