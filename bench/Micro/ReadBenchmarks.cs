using BenchmarkDotNet.Attributes;

namespace KvCow.Micro;

/// <summary>Reads through the public API; 2,000 records stay in the processor's cache.</summary>
public class ReadBenchmarks : IDisposable
{
    private const int Steps = 1000;
    private static readonly ValueCallback<int, int> Length = static (value, _) => value.Length;

    private readonly byte[] _value = new byte[150];
    private readonly ReaderWriterLockSlim _lock = new();
    private SampleFile? _sample;
    private Database? _database;
    private ReadTransaction? _transaction;
    private Bucket? _bucket;
    private Cursor? _cursor;
    private byte[][] _keys = [];
    private int _next;

    [Params(2_000, 1_000_000)]
    public int Records { get; set; }

    [GlobalSetup]
    public void Load()
    {
        _sample = new SampleFile(Records);
        _keys = _sample.Keys;
        _database = _sample.Open();
        _transaction = _database.BeginRead();
        _bucket = _transaction.OpenBucket(SampleFile.Bucket);
        _cursor = _bucket.OpenCursor();
        while (_cursor.MoveNext()) _next++;
        _next = 0;
    }

    [Benchmark]
    public bool TryGetCopied() => _bucket!.TryGet(Next(), _value, out _);

    [Benchmark]
    public bool TryReadInPlace() => _bucket!.TryRead(Next(), 0, Length, out _);

    [Benchmark]
    public bool ContainsKey() => _bucket!.ContainsKey(Next());

    [Benchmark]
    public bool SeekCursor() => _cursor!.SeekCeiling(Next());

    [Benchmark(OperationsPerInvoke = Steps)]
    public int StepCursor()
    {
        int sum = 0;
        for (int n = 0; n < Steps; n++)
        {
            if (!_cursor!.MoveNext()) _cursor.MoveToFirst();
            sum += _cursor.Value.Length;
        }

        return sum;
    }

    [Benchmark(OperationsPerInvoke = Steps)]
    public int StepCursorBack()
    {
        int sum = 0;
        for (int n = 0; n < Steps; n++)
        {
            if (!_cursor!.MovePrevious()) _cursor.MoveToLast();
            sum += _cursor.Value.Length;
        }

        return sum;
    }

    [Benchmark]
    public void BeginAndEndRead() => _database!.BeginRead().Dispose();

    [Benchmark]
    public void BeginReadOpenBucketAndEnd()
    {
        using ReadTransaction transaction = _database!.BeginRead();
        transaction.OpenBucket(SampleFile.Bucket);
    }

    [Benchmark]
    public void EnterAndExitReaderWriterLock()
    {
        _lock.EnterReadLock();
        _lock.ExitReadLock();
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _cursor?.Dispose();
        _transaction?.Dispose();
        _database?.Dispose();
        _sample?.Dispose();
        _lock.Dispose();
        GC.SuppressFinalize(this);
    }

    private byte[] Next()
    {
        _next = _next + 1 < _keys.Length ? _next + 1 : 0;
        return _keys[_next];
    }
}
