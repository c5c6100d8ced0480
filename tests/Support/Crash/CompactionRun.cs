using KvCow.Engine;

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
    private readonly CrashWatch _watch;

    public CompactionRun(int seed, StoreOptions options)
    {
        _random = new Random(seed);
        _options = options;
        _watch = new CrashWatch(seed, _random, options, StatesPerPoint);
    }

    public int StateCount => _watch.StateCount;

    /// <summary>Size of the file at the end over the pages in use.</summary>
    public double Excess { get; private set; }

    public long BytesMoved { get; private set; }

    public int Cancelled { get; private set; }

    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Run()
    {
        using Database database = Database.Open(_watch.Disk.OpenStorage(), _options);
        _watch.Content = CompactionContent.Fill(database, _random);
        using (PinnedReader reader = new(database, _watch.Content))
        {
            _watch.Content = CompactionContent.DeleteMost(database, _watch.Content, _random);
            _watch.Start();
            for (int calls = 0; calls < CallsMax; calls++)
            {
                CompactionEnd? end = CompactABit(database);
                _watch.Check(database);
                if (end is CompactionEnd.Done or CompactionEnd.NoRoom) break;
                if (end is CompactionEnd.HeldByReaders || _random.Next(4) == 0)
                    reader.MoveOn(_watch.Content);
                if (_random.Next(3) > 0) continue;
                bool isSmall = _random.Next(2) == 0;
                _watch.Commit(database, isSmall ? SmallChanges.Apply : BucketChanges.Apply);
            }

            _watch.Stop();
        }

        // Nobody is in the way any more.
        CompactionResult last = database.Compact();
        BytesMoved += last.BytesMoved;
        DatabaseStatistics figures = database.GetStatistics();
        Excess = (double)figures.FileBytes / figures.LiveBytes;
        if (figures.PendingPages > 64)
            throw new CrashFailure($"{figures.PendingPages} pages pending without a reader");
        _watch.Check(database);
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

    /// <summary>Tells at once, on the same thread.</summary>
    private sealed class Reports(Action<CompactionProgress> report) : IProgress<CompactionProgress>
    {
        public void Report(CompactionProgress value) => report(value);
    }
}
