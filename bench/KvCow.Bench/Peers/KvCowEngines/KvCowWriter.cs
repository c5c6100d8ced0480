using KvCow.Bench.Data;

namespace KvCow.Bench.Peers.KvCowEngines;

internal sealed class KvCowWriter(Database database) : IWriter
{
    private WriteTransaction? _transaction;
    private WritableBucket? _bucket;

    // Set between Begin and Commit, the only time it is asked for.
    private WritableBucket Bucket => _bucket!;

    public void Begin()
    {
        _transaction = database.BeginWrite();
        _bucket = _transaction.OpenOrCreateBucket(KvCowEngine.Bucket);
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Bucket.Put(key, value);

    public void LoadSorted(int count, Action<int, byte[], byte[]> fill) => Bucket.BulkLoad(load =>
    {
        byte[] key = new byte[Records.KeyBytes];
        byte[] value = new byte[Records.ValueBytes];
        for (int n = 0; n < count; n++)
        {
            fill(n, key, value);
            load.Add(key, value);
        }
    });

    public void Delete(ReadOnlySpan<byte> key) => Bucket.Delete(key);

    public void Commit()
    {
        _transaction?.Commit();
        _transaction?.Dispose();
        _transaction = null;
    }

    public void Dispose() => _transaction?.Dispose();
}
