using KvCow.Bench.Data;

namespace KvCow.Bench.Peers.KvCowEngines;

internal sealed class KvCowReader : IReader
{
    private readonly Database _database;
    private readonly byte[] _value = new byte[Records.ValueBytes];
    private byte[] _keyBytes = [];
    private ReadOnlyMemory<byte>[] _keys = [];
    private ReadTransaction _transaction;
    private Bucket? _bucket;
    private Cursor? _cursor;

    public KvCowReader(Database database)
    {
        _database = database;
        _transaction = database.BeginRead();
    }

    private Bucket Bucket => _bucket ??= _transaction.OpenBucket(KvCowEngine.Bucket);

    private Cursor Cursor => _cursor ??= Bucket.OpenCursor();

    public bool BatchesGets => true;

    public void Renew()
    {
        _transaction.Renew();
        _cursor?.Dispose();
        _cursor = null;
    }

    public void BeginAnew()
    {
        End();
        _bucket = null;
        _transaction = _database.BeginRead();
    }

    /// <summary>The value is copied out, which the peers are spared.</summary>
    public int Get(ReadOnlySpan<byte> key) => Bucket.TryGet(key, _value, out int length)
        ? Records.Touch(_value.AsSpan(0, length))
        : 0;

    public long GetMany(ReadOnlySpan<byte> keys)
    {
        int count = keys.Length / Records.KeyBytes;
        if (_keyBytes.Length < keys.Length) GrowKeys(keys.Length);
        keys.CopyTo(_keyBytes);
        long sum = 0;
        Bucket.GetMany(_keys.AsSpan(0, count), ref sum, static (_, found, value, ref sum) =>
            sum += found ? Records.Touch(value) : 0);
        return sum;
    }

    public long Scan(bool isReversed, out long entries)
    {
        EntryEnumerator enumerator = isReversed
            ? Bucket.Reverse().GetEnumerator()
            : Bucket.GetEnumerator();
        using (enumerator)
        {
            long sum = 0;
            entries = 0;
            while (enumerator.MoveNext())
            {
                sum += Records.Touch(enumerator.Current.Value);
                entries++;
            }

            return sum;
        }
    }

    public long SeekAndStep(ReadOnlySpan<byte> key, int count)
    {
        Cursor cursor = Cursor;
        long sum = 0;
        bool isOn = cursor.SeekCeiling(key);
        for (int n = 0; n < count && isOn; n++)
        {
            sum += Records.Touch(cursor.Value);
            isOn = n < count - 1 && cursor.MoveNext();
        }

        return sum;
    }

    public void Dispose() => End();

    private void GrowKeys(int bytes)
    {
        _keyBytes = new byte[bytes];
        _keys = new ReadOnlyMemory<byte>[bytes / Records.KeyBytes];
        for (int i = 0; i < _keys.Length; i++)
            _keys[i] = _keyBytes.AsMemory(i * Records.KeyBytes, Records.KeyBytes);
    }

    private void End()
    {
        _cursor?.Dispose();
        _cursor = null;
        _transaction.Dispose();
    }
}
