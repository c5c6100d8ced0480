using System.Runtime.InteropServices;

namespace KvCow.Bench.Peers.Sqlite;

/// <summary>The calls of SQLite.</summary>
internal static unsafe partial class SqliteCalls
{
    public const string Library = "libsqlite3.so.0";

    public const int Row = 100;
    public const int Done = 101;

    /// <summary>Open for reading and writing, create, no lock inside the connection.</summary>
    public const int OpenFlags = 0x2 | 0x4 | 0x8000;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_open_v2(
        string path, out nint connection, int flags, nint system);

    [LibraryImport(Library)]
    public static partial int sqlite3_close_v2(nint connection);

    [LibraryImport(Library)]
    public static partial int sqlite3_busy_timeout(nint connection, int milliseconds);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_exec(
        nint connection, string sql, nint callback, nint argument, nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int sqlite3_prepare_v2(
        nint connection, string sql, int bytes, out nint statement, nint tail);

    [LibraryImport(Library)]
    public static partial int sqlite3_finalize(nint statement);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_bind_blob(
        nint statement, int index, byte* bytes, int length, nint destructor);

    [LibraryImport(Library)]
    public static partial int sqlite3_step(nint statement);

    /// <summary>A step that finds its page in memory; only for statements that read.</summary>
    [LibraryImport(Library, EntryPoint = "sqlite3_step")]
    [SuppressGCTransition]
    public static partial int sqlite3_step_reading(nint statement);

    [LibraryImport(Library)]
    public static partial int sqlite3_reset(nint statement);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int sqlite3_column_bytes(nint statement, int column);

    [LibraryImport(Library)]
    private static partial nint sqlite3_errmsg(nint connection);

    public static void Execute(nint connection, string sql) =>
        Check(connection, sqlite3_exec(connection, sql, 0, 0, 0), sql);

    public static nint Prepare(nint connection, string sql)
    {
        Check(connection, sqlite3_prepare_v2(connection, sql, -1, out nint statement, 0), sql);
        return statement;
    }

    public static void Check(nint connection, int code, string call)
    {
        if (code != 0)
        {
            string? message = Marshal.PtrToStringUTF8(sqlite3_errmsg(connection));
            throw new IOException($"SQLite: {call} failed with {code}: {message}.");
        }
    }
}
