using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Fills nested buckets, deletes most of it and compacts a little at a time, with crash states
/// drawn at every write and flush. Between the calls a writer commits, a reader holds an old
/// snapshot, and some calls are cancelled.
/// </summary>
internal sealed class CompactionRun
{
    private const int CallsMax = 60;
    private const int StatesPerPoint = 4;

    private readonly StoreOptions _options;
    private readonly Random _random;
    private readonly CrashOracle _oracle;
    private readonly SimulatedDisk _disk = new();
    private readonly CrashPoints _points;

    public CompactionRun(int seed, StoreOptions options)
    {
        _random = new Random(seed);
        _options = options;
        CrashPlan plan = new()
        {
            StateCount = 0,
            Options = options,
        };
        _oracle = new CrashOracle(plan, new Random(~seed));
        _points = new CrashPoints(_disk, _random, StatesPerPoint)
        {
            Check = _oracle.Check,
        };
    }

    public int StateCount => _oracle.StateCount;

    /// <summary>Size of the file at the end over the pages in use.</summary>
    public double Excess { get; private set; }

    public long BytesMoved { get; private set; }

    public int Cancelled { get; private set; }

    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Run()
    {
        using Database database = Database.Open(_disk.OpenStorage(), _options);
        ModelBucket content = CompactionContent.Fill(database, _random);
        _points.Expected = new Expectation(content);
        using (PinnedReader reader = new(database, content))
        {
            content = CompactionContent.DeleteMost(database, content, _random);
            _points.Expected = new Expectation(content);
            _points.Start();
            for (int calls = 0; calls < CallsMax; calls++)
            {
                CompactionEnd? end = CompactABit(database);
                Identify(database);
                if (end is CompactionEnd.Done or CompactionEnd.NoRoom) break;
                if (end is CompactionEnd.HeldByReaders || _random.Next(4) == 0)
                    reader.MoveOn(_points.Expected.Acknowledged);
                if (_random.Next(3) == 0) Change(database);
            }

            _points.Stop();
        }

        // Nobody is in the way any more.
        CompactionResult last = database.Compact();
        BytesMoved += last.BytesMoved;
        DatabaseStatistics figures = database.GetStatistics();
        Excess = (double)figures.FileBytes / figures.LiveBytes;
        if (figures.PendingPages > 64)
            throw new CrashFailure($"{figures.PendingPages} pages pending without a reader");
        Identify(database);
    }

    private CompactionEnd? CompactABit(Database database)
    {
        using CancellationTokenSource cancel = new();
        int reports = _random.Next(4) == 0 ? 1 : int.MaxValue;
        Reports progress = new(_ =>
        {
            if (--reports == 0) cancel.Cancel();
        });
        try
        {
            long budget = _random.Next(1, 60) * 4096L;
            CompactionResult result = database.Compact(budget, progress, cancel.Token);
            BytesMoved += result.BytesMoved;
            return result.End;
        }
        catch (OperationCanceledException)
        {
            Cancelled++;
            return null;
        }
    }

    private void Change(Database database)
    {
        ModelBucket next = _points.Expected.Acknowledged.Clone();
        using WriteTransaction tx = database.BeginWrite();
        if (_random.Next(2) == 0) SmallChanges.Apply(tx, next, _random);
        else BucketChanges.Apply(tx, next, _random);
        _points.Expected = _points.Expected with { InFlight = next };
        tx.Commit();
        _points.Expected = new Expectation(next);
    }

    private void Identify(Database database)
    {
        new Expectation(_points.Expected.Acknowledged).Identify(database);
        CrashOracle.AssertSound(database);
    }

    /// <summary>Tells at once, on the same thread.</summary>
    private sealed class Reports(Action<CompactionProgress> report) : IProgress<CompactionProgress>
    {
        public void Report(CompactionProgress value) => report(value);
    }
}
