using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>The database that a salvage fills, in commits of bounded size.</summary>
internal sealed class SalvageTarget(Database database) : IDisposable
{
    private const int StepsMax = 10_000;
    private const long BytesMax = 16L << 20;

    private WriteTransaction _tx = database.BeginWrite();
    private BucketPlace? _place;
    private WritableBucket? _bucket;
    private int _steps;
    private long _bytes;

    public bool HasTopBucket(byte[] name) => _tx.BucketExists(name);

    public void Create(BucketPlace place, ulong sequence)
    {
        WritableBucket bucket = Open(place);
        if (sequence > bucket.Sequence) bucket.SetSequence(sequence);
        Step(place.Name.Length);
    }

    public void Put(BucketPlace place, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Open(place).Put(key, value);
        Step(key.Length + value.Length);
    }

    public void Put(BucketPlace place, ReadOnlySpan<byte> key, Stream value, long length)
    {
        Open(place).Put(key, value, length);
        Step(key.Length + length);
    }

    /// <summary>Does a record of the redo log again; returns what is wrong if it cannot be done.
    /// </summary>
    public string? Redo(ReadOnlySpan<byte> record, SalvageLosses losses)
    {
        _place = null;
        using Savepoint before = _tx.CreateSavepoint();
        try
        {
            new SalvageReplay(_tx, losses).Apply(record);
        }
        catch (CorruptPageException problem)
        {
            // All of a commit, or nothing.
            before.Rollback();
            return problem.Message;
        }

        before.Release();
        Step(record.Length);
        return null;
    }

    /// <summary>What there is by now: the redo log adds and removes.</summary>
    public (long Buckets, long Entries) Count()
    {
        (long buckets, long entries) = (0, 0);
        Stack<Bucket> open = new(_tx.ListBuckets().Select(name => _tx.OpenBucket(name)));
        while (open.TryPop(out Bucket? bucket))
        {
            buckets++;
            entries += bucket.Count;
            foreach (byte[] name in bucket.ListBuckets()) open.Push(bucket.OpenBucket(name));
        }

        return (buckets, entries);
    }

    public void Finish() => _tx.Commit(Durability.Full);

    public void Dispose() => _tx.Dispose();

    private WritableBucket Open(BucketPlace place)
    {
        if (_place == place) return _bucket!; // Set with it.
        Stack<byte[]> names = new();
        for (BucketPlace? at = place; at is not null; at = at.Parent) names.Push(at.Name);
        WritableBucket? bucket = null;
        while (names.TryPop(out byte[]? name))
        {
            bucket = bucket is null
                ? _tx.OpenOrCreateBucket(name)
                : bucket.OpenOrCreateBucket(name);
        }

        _place = place;
        return _bucket = bucket!; // A place has one name at least.
    }

    private void Step(long bytes)
    {
        _bytes += bytes;
        if (++_steps < StepsMax && _bytes < BytesMax) return;
        _tx.Commit(Durability.Eventual);
        _tx = database.BeginWrite();
        _place = null;
        _steps = 0;
        _bytes = 0;
    }
}
