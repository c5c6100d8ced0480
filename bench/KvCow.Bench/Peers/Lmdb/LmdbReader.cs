using KvCow.Bench.Data;

namespace KvCow.Bench.Peers.Lmdb;

/// <summary>One read transaction and cursor, renewed rather than made anew.</summary>
internal sealed unsafe class LmdbReader : IReader
{
    private readonly nint _environment;
    private nint _transaction;
    private readonly uint _table;
    private readonly nint _cursor;
    private bool _cursorIsCurrent = true;

    public LmdbReader(nint environment, uint table)
    {
        _table = table;
        _environment = environment;
        Begin();
        LmdbCalls.Check(
            LmdbCalls.mdb_cursor_open(_transaction, table, out _cursor), "cursor_open");
    }

    public void Renew()
    {
        LmdbCalls.mdb_txn_reset(_transaction);
        LmdbCalls.Check(LmdbCalls.mdb_txn_renew(_transaction), "txn_renew");
        _cursorIsCurrent = false;
    }

    public void BeginAnew()
    {
        LmdbCalls.mdb_txn_abort(_transaction);
        Begin();
        _cursorIsCurrent = false;
    }

    public int Get(ReadOnlySpan<byte> key)
    {
        fixed (byte* start = key)
        {
            LmdbBytes wanted = new(key.Length, start);
            LmdbBytes value;
            int code = LmdbCalls.mdb_get(_transaction, _table, &wanted, &value);
            if (code == LmdbCalls.NotFound) return 0;
            if (code != 0) LmdbCalls.Check(code, "get");
            return Records.Touch(value.Span);
        }
    }

    public long Scan(bool isReversed, out long entries)
    {
        RenewCursor();
        LmdbMove step = isReversed ? LmdbMove.Previous : LmdbMove.Next;
        LmdbMove first = isReversed ? LmdbMove.Last : LmdbMove.First;
        LmdbBytes key;
        LmdbBytes value;
        long sum = 0;
        entries = 0;
        int code = LmdbCalls.mdb_cursor_get(_cursor, &key, &value, first);
        while (code == 0)
        {
            sum += Records.Touch(value.Span);
            entries++;
            code = LmdbCalls.mdb_cursor_get(_cursor, &key, &value, step);
        }

        if (code != LmdbCalls.NotFound) LmdbCalls.Check(code, "cursor_get");
        return sum;
    }

    public long SeekAndStep(ReadOnlySpan<byte> key, int count)
    {
        RenewCursor();
        fixed (byte* start = key)
        {
            LmdbBytes at = new(key.Length, start);
            LmdbBytes value;
            long sum = 0;
            int code = LmdbCalls.mdb_cursor_get(_cursor, &at, &value, LmdbMove.SeekCeiling);
            for (int n = 0; n < count && code == 0; n++)
            {
                sum += Records.Touch(value.Span);
                if (n == count - 1) break;
                code = LmdbCalls.mdb_cursor_get(_cursor, &at, &value, LmdbMove.Next);
            }

            return sum;
        }
    }

    public void Dispose()
    {
        LmdbCalls.mdb_cursor_close(_cursor);
        LmdbCalls.mdb_txn_abort(_transaction);
    }

    private void Begin() => LmdbCalls.Check(
        LmdbCalls.mdb_txn_begin(_environment, 0, LmdbCalls.ReadOnly, out _transaction),
        "txn_begin");

    private void RenewCursor()
    {
        if (_cursorIsCurrent) return;
        LmdbCalls.Check(LmdbCalls.mdb_cursor_renew(_transaction, _cursor), "cursor_renew");
        _cursorIsCurrent = true;
    }
}
