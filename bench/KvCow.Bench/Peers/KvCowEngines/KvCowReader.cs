using KvCow.Bench.Data;

namespace KvCow.Bench.Peers.KvCowEngines;

internal sealed class KvCowReader : IReader
{
    private readonly Database _database;
    private readonly byte[] _value = new byte[Records.ValueBytes];
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

    public void Renew()
    {
        End();
        _bucket = null;
        _transaction = _database.BeginRead();
    }

    /// <summary>The value is copied out, which the peers are spared.</summary>
    public int Get(ReadOnlySpan<byte> key) => Bucket.TryGet(key, _value, out int length)
        ? Records.Touch(_value.AsSpan(0, length))
        : 0;

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

    private void End()
    {
        _cursor?.Dispose();
        _cursor = null;
        _transaction.Dispose();
    }
}
