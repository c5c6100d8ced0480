using System.Globalization;

namespace KvCow.Bench.Peers.Sqlite;

/// <summary>One connection of one thread: a write-ahead log, a flush per commit.</summary>
internal sealed class SqliteConnection : IDisposable
{
    public SqliteConnection(EngineSettings settings)
    {
        string path = Path.Combine(settings.Folder, "data.sqlite");
        int code = SqliteCalls.sqlite3_open_v2(
            path, out nint handle, SqliteCalls.OpenFlags, 0);
        Handle = handle;
        SqliteCalls.Check(handle, code, "open");
        SqliteCalls.Check(handle, SqliteCalls.sqlite3_busy_timeout(handle, 60_000), "timeout");
        SqliteCalls.Execute(handle, "PRAGMA journal_mode = WAL");
        SqliteCalls.Execute(
            handle, $"PRAGMA synchronous = {(settings.IsDurable ? "FULL" : "NORMAL")}");
        SqliteCalls.Execute(handle, string.Create(CultureInfo.InvariantCulture,
            $"PRAGMA cache_size = -{settings.CacheBytes / 1024}"));
        SqliteCalls.Execute(handle,
            "CREATE TABLE IF NOT EXISTS t (k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID");
    }

    public nint Handle { get; }

    public void Dispose() => _ = SqliteCalls.sqlite3_close_v2(Handle);
}
