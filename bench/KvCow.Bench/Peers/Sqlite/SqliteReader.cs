using KvCow.Bench.Data;

namespace KvCow.Bench.Peers.Sqlite;

internal sealed unsafe class SqliteReader : IReader
{
    private readonly SqliteConnection _connection;
    private readonly nint _get;
    private readonly nint _seek;
    private bool _isOpen;
    private bool _isPerGet;

    public SqliteReader(SqliteConnection connection)
    {
        _connection = connection;
        _get = SqliteCalls.Prepare(connection.Handle, "SELECT v FROM t WHERE k = ?");
        _seek = SqliteCalls.Prepare(
            connection.Handle, "SELECT v FROM t WHERE k >= ? ORDER BY k");
    }

    /// <summary>
    /// From here on each statement is a snapshot of its own, which is SQLite's cheapest.
    /// </summary>
    public void Renew()
    {
        if (_isOpen) SqliteCalls.Execute(_connection.Handle, "COMMIT");
        _isOpen = false;
        _isPerGet = true;
    }

    public int Get(ReadOnlySpan<byte> key)
    {
        if (!_isOpen && !_isPerGet) BeginTransaction();
        fixed (byte* start = key)
        {
            Check(SqliteCalls.sqlite3_bind_blob(_get, 1, start, key.Length, 0));
            int sum = SqliteCalls.sqlite3_step_reading(_get) == SqliteCalls.Row ? Touch(_get) : 0;
            Check(SqliteCalls.sqlite3_reset(_get));
            return sum;
        }
    }

    public long Scan(bool isReversed, out long entries)
    {
        nint scan = SqliteCalls.Prepare(_connection.Handle,
            "SELECT v FROM t ORDER BY k" + (isReversed ? " DESC" : ""));
        long sum = 0;
        entries = 0;
        while (SqliteCalls.sqlite3_step_reading(scan) == SqliteCalls.Row)
        {
            sum += Touch(scan);
            entries++;
        }

        Check(SqliteCalls.sqlite3_finalize(scan));
        return sum;
    }

    public long SeekAndStep(ReadOnlySpan<byte> key, int count)
    {
        if (!_isOpen && !_isPerGet) BeginTransaction();
        fixed (byte* start = key)
        {
            Check(SqliteCalls.sqlite3_bind_blob(_seek, 1, start, key.Length, 0));
            long sum = 0;
            for (int n = 0; n < count; n++)
            {
                if (SqliteCalls.sqlite3_step_reading(_seek) != SqliteCalls.Row) break;
                sum += Touch(_seek);
            }

            Check(SqliteCalls.sqlite3_reset(_seek));
            return sum;
        }
    }

    public void Dispose()
    {
        if (_isOpen) SqliteCalls.Execute(_connection.Handle, "COMMIT");
        Check(SqliteCalls.sqlite3_finalize(_get));
        Check(SqliteCalls.sqlite3_finalize(_seek));
        _connection.Dispose();
    }

    private static int Touch(nint statement) => Records.Touch(new ReadOnlySpan<byte>(
        SqliteCalls.sqlite3_column_blob(statement, 0),
        SqliteCalls.sqlite3_column_bytes(statement, 0)));

    private void BeginTransaction()
    {
        SqliteCalls.Execute(_connection.Handle, "BEGIN");
        _isOpen = true;
    }

    private void Check(int code)
    {
        if (code != 0) SqliteCalls.Check(_connection.Handle, code, "read");
    }
}
