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
    private readonly CrashWatch _watch;
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
        _watch = new CrashWatch(seed, _random, options, StatesPerPoint);
    }

    public int StateCount => _watch.StateCount;

    public CompactionFigures? Figures { get; private set; }

    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Run()
    {
        using Database database = Database.Open(_watch.Disk.OpenStorage(), _options);
        _watch.Content = CompactionContent.Fill(database, _random);
        PinnedReader? reader = new(database, _watch.Content);
        _watch.Content = CompactionContent.DeleteMost(database, _watch.Content, _random);
        _watch.Start();
        int readerEnds = _random.Next(20);
        int fails = _random.Next(1, 30);
        for (int step = 0; step < StepsMax; step++)
        {
            if (step == readerEnds)
            {
                reader?.Dispose();
                reader = null;
            }

            if (step == fails) _watch.Disk.Faults.Fail(DiskOperation.Read, 1);
            _time.Advance(TimeSpan.FromMinutes(1));
            database.BackgroundStep.GetAwaiter().GetResult();
            if (step == fails) _watch.Disk.Faults.Clear();
            _watch.Check(database);
            if (reader is null && step > fails && _time.TimerCount == 0) break;
            if (step < 30 && _random.Next(6) == 0)
                _watch.Commit(database, SmallChanges.Apply);
        }

        _watch.Stop();
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

        _watch.Check(database);
    }
}
