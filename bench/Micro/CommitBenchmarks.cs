using BenchmarkDotNet.Attributes;
using KvCow.Engine;

namespace KvCow.Micro;

/// <summary>
/// What a commit costs the processor: the files are arrays, a flush does nothing.
/// </summary>
public class CommitBenchmarks : IDisposable
{
    private const int Records = 200_000;

    private readonly byte[] _key = new byte[24];
    private readonly byte[] _value = new byte[150];
    private readonly Random _random = new(3);
    private byte[][] _keys = [];
    private Database? _database;

    [Params(1, 100, 1000)]
    public int Puts { get; set; }

    [GlobalSetup]
    public void Load()
    {
        _database = Database.Open(new MemoryStorage(), new StoreOptions { CacheBytes = 1L << 30 });
        _keys = new byte[Records][];
        _database.Write(transaction =>
        {
            WritableBucket bucket = transaction.OpenOrCreateBucket(SampleFile.Bucket);
            for (int i = 0; i < Records; i++)
            {
                _random.NextBytes(_key);
                _keys[i] = [.. _key];
                bucket.Put(_key, _value);
            }
        });
    }

    [Benchmark]
    public void PutAndCommit()
    {
        using WriteTransaction transaction = _database!.BeginWrite();
        WritableBucket bucket = transaction.OpenBucket(SampleFile.Bucket);
        for (int n = 0; n < Puts; n++)
        {
            _random.NextBytes(_value);
            bucket.Put(_keys[_random.Next(Records)], _value);
        }

        transaction.Commit();
    }

    [Benchmark]
    public void PutAndRollBack()
    {
        using WriteTransaction transaction = _database!.BeginWrite();
        WritableBucket bucket = transaction.OpenBucket(SampleFile.Bucket);
        for (int n = 0; n < Puts; n++) bucket.Put(_keys[_random.Next(Records)], _value);
        transaction.Rollback();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _database?.Dispose();
        GC.SuppressFinalize(this);
    }
}
