using System.Runtime.InteropServices;

namespace KvCow.Bench.Peers.Lmdb;

/// <summary>
/// The calls of LMDB. Those that only read mapped memory leave out the change of the collector's
/// mode, as a C program would not have it either: LMDB is measured at its best.
/// </summary>
internal static unsafe partial class LmdbCalls
{
    public const string Library = "liblmdb.so.0";

    public const int NotFound = -30798;
    public const uint NoSync = 0x10000;
    public const uint NoThreadSlots = 0x200000;
    public const uint NoReadAhead = 0x800000;
    public const uint ReadOnly = 0x20000;
    public const uint Append = 0x20000;

    [LibraryImport(Library)]
    public static partial int mdb_env_create(out nint environment);

    [LibraryImport(Library)]
    public static partial int mdb_env_set_mapsize(nint environment, nuint bytes);

    [LibraryImport(Library)]
    public static partial int mdb_env_set_maxreaders(nint environment, uint readers);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int mdb_env_open(nint environment, string path, uint flags, int mode);

    [LibraryImport(Library)]
    public static partial void mdb_env_close(nint environment);

    [LibraryImport(Library)]
    public static partial int mdb_txn_begin(
        nint environment, nint parent, uint flags, out nint transaction);

    [LibraryImport(Library)]
    public static partial int mdb_txn_commit(nint transaction);

    [LibraryImport(Library)]
    public static partial void mdb_txn_abort(nint transaction);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int mdb_txn_renew(nint transaction);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial void mdb_txn_reset(nint transaction);

    [LibraryImport(Library)]
    public static partial int mdb_dbi_open(nint transaction, nint name, uint flags, out uint table);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int mdb_get(
        nint transaction, uint table, LmdbBytes* key, LmdbBytes* value);

    [LibraryImport(Library)]
    public static partial int mdb_put(
        nint transaction, uint table, LmdbBytes* key, LmdbBytes* value, uint flags);

    [LibraryImport(Library)]
    public static partial int mdb_del(
        nint transaction, uint table, LmdbBytes* key, LmdbBytes* value);

    [LibraryImport(Library)]
    public static partial int mdb_cursor_open(nint transaction, uint table, out nint cursor);

    [LibraryImport(Library)]
    public static partial int mdb_cursor_renew(nint transaction, nint cursor);

    [LibraryImport(Library)]
    public static partial void mdb_cursor_close(nint cursor);

    [LibraryImport(Library)]
    [SuppressGCTransition]
    public static partial int mdb_cursor_get(
        nint cursor, LmdbBytes* key, LmdbBytes* value, LmdbMove move);

    public static void Check(int code, string call)
    {
        if (code != 0) throw new IOException($"LMDB: {call} failed with {code}.");
    }
}
