using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Fills nested buckets, deletes most of it and lets the background compact, with crash states
/// drawn at every write and flush of it. Between its steps a writer commits, a reader holds an old
/// snapshot for a while, and some reads fail: it is to come to its end all the same.
/// </summary>
internal sealed class BackgroundCompactionRun
{
    private const int StepsMax = 400;
    private const int StatesPerPoint = 2;

    /// <summary>More than a compaction leaves free in so short a file.</summary>
    private const int PagesToSpare = 60;

    private readonly StoreOptions _options;
    private readonly Random _random;
    private readonly CrashOracle _oracle;
    private readonly SimulatedDisk _disk = new();
    private readonly CrashPoints _points;
    private readonly ManualTime _time = new();

    public BackgroundCompactionRun(int seed, StoreOptions options)
    {
        _random = new Random(seed);
        _options = options with
        {
            DeadShareMax = 0.3,
            DeadBytesMin = 1,
            TimeProvider = _time,
        };
        CrashPlan plan = new() { StateCount = 0, Options = options };
        _oracle = new CrashOracle(plan, new Random(~seed));
        _points = new CrashPoints(_disk, _random, StatesPerPoint)
        {
            Check = _oracle.Check,
        };
    }

    public int StateCount => _oracle.StateCount;

    public CompactionFigures? Figures { get; private set; }

    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Run()
    {
        using Database database = Database.Open(_disk.OpenStorage(), _options);
        ModelBucket content = CompactionContent.Fill(database, _random);
        _points.Expected = new Expectation(content);
        PinnedReader? reader = new(database, content);
        content = CompactionContent.DeleteMost(database, content, _random);
        _points.Expected = new Expectation(content);
        _points.Start();
        int readerEnds = _random.Next(20);
        int fails = _random.Next(1, 30);
        for (int step = 0; step < StepsMax; step++)
        {
            if (step == readerEnds)
            {
                reader?.Dispose();
                reader = null;
            }

            if (step == fails) _disk.Faults.Fail(DiskOperation.Read, 1);
            _time.Advance(TimeSpan.FromMinutes(1));
            database.BackgroundStep.GetAwaiter().GetResult();
            if (step == fails) _disk.Faults.Clear();
            Identify(database);
            if (reader is null && step > fails && _time.TimerCount == 0) break;
            if (step < 30 && _random.Next(6) == 0) Change(database);
        }

        _points.Stop();
        reader?.Dispose();
        CheckEnd(database);
    }

    private void CheckEnd(Database database)
    {
        DatabaseStatistics figures = database.GetStatistics();
        Figures = figures.Compaction;
        if (_time.TimerCount > 0) throw new CrashFailure("the compaction does not end");
        if (Figures.Runs == 0) throw new CrashFailure("nothing was compacted");
        bool isGivenUp = Figures.LastEnd is CompactionEnd.NoRoom;
        double most = (figures.FileBytes * _options.DeadShareMax)
            + ((long)PagesToSpare * figures.PageBytes);
        if (!isGivenUp && figures.DeadBytes > most)
        {
            throw new CrashFailure(
                $"{figures.DeadBytes} of {figures.FileBytes} bytes are dead: {Figures}");
        }

        Identify(database);
    }

    private void Change(Database database)
    {
        ModelBucket next = _points.Expected.Acknowledged.Clone();
        using WriteTransaction tx = database.BeginWrite();
        SmallChanges.Apply(tx, next, _random);
        _points.Expected = _points.Expected with { InFlight = next };
        tx.Commit();
        _points.Expected = new Expectation(next);
    }

    private void Identify(Database database)
    {
        new Expectation(_points.Expected.Acknowledged).Identify(database);
        CrashOracle.AssertSound(database);
    }
}
