namespace KvCow.Bench.Peers.Lmdb;

/// <summary>LMDB's <c>MDB_cursor_op</c>.</summary>
internal enum LmdbMove
{
    First = 0,
    Last = 6,
    Next = 8,
    Previous = 12,
    SeekCeiling = 17,
}
