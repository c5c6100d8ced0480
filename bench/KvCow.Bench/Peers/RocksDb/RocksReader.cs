using KvCow.Bench.Data;

namespace KvCow.Bench.Peers.RocksDb;

/// <summary>
/// Reads without an explicit snapshot: one get, and one iterator, are consistent by themselves, and
/// cheaper so.
/// </summary>
internal sealed unsafe class RocksReader(nint database) : IReader
{
    private readonly nint _options = RocksCalls.rocksdb_readoptions_create();
    private nint _iterator;

    public void Renew()
    {
        if (_iterator != 0) RocksCalls.rocksdb_iter_destroy(_iterator);
        _iterator = 0;
    }

    public int Get(ReadOnlySpan<byte> key)
    {
        fixed (byte* start = key)
        {
            byte* error = null;
            nint slice = RocksCalls.rocksdb_get_pinned(
                database, _options, start, (nuint)key.Length, &error);
            if (error is not null) RocksCalls.Check(error);
            if (slice == 0) return 0;
            nuint length;
            byte* value = RocksCalls.rocksdb_pinnableslice_value(slice, &length);
            int sum = Records.Touch(new ReadOnlySpan<byte>(value, (int)length));
            RocksCalls.rocksdb_pinnableslice_destroy(slice);
            return sum;
        }
    }

    public long Scan(bool isReversed, out long entries)
    {
        nint iterator = RocksCalls.rocksdb_create_iterator(database, _options);
        if (isReversed) RocksCalls.rocksdb_iter_seek_to_last(iterator);
        else RocksCalls.rocksdb_iter_seek_to_first(iterator);
        long sum = 0;
        entries = 0;
        while (RocksCalls.rocksdb_iter_valid(iterator) != 0)
        {
            sum += TouchCurrent(iterator);
            entries++;
            if (isReversed) RocksCalls.rocksdb_iter_prev(iterator);
            else RocksCalls.rocksdb_iter_next(iterator);
        }

        RocksCalls.rocksdb_iter_destroy(iterator);
        return sum;
    }

    public long SeekAndStep(ReadOnlySpan<byte> key, int count)
    {
        if (_iterator == 0) _iterator = RocksCalls.rocksdb_create_iterator(database, _options);
        fixed (byte* start = key)
        {
            RocksCalls.rocksdb_iter_seek(_iterator, start, (nuint)key.Length);
        }

        long sum = 0;
        for (int n = 0; n < count && RocksCalls.rocksdb_iter_valid(_iterator) != 0; n++)
        {
            sum += TouchCurrent(_iterator);
            if (n < count - 1) RocksCalls.rocksdb_iter_next(_iterator);
        }

        return sum;
    }

    public void Dispose()
    {
        Renew();
        RocksCalls.rocksdb_readoptions_destroy(_options);
    }

    private static int TouchCurrent(nint iterator)
    {
        nuint length;
        byte* value = RocksCalls.rocksdb_iter_value(iterator, &length);
        return Records.Touch(new ReadOnlySpan<byte>(value, (int)length));
    }
}
