using System.Diagnostics;
using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;
using static KvCow.Tests.Support.Crash.Hang;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// One random history of Eventual and Full commits, flushes asked for and by the clock, rollbacks
/// and a pinned reader. At every instant at which the disk is told something a crash leaves a
/// prefix of the commits: none behind the last durable one, and whole ones.
/// </summary>
internal sealed class EventualRun : IDisposable
{
    private const int StatesPerPoint = 3;

    private readonly Lock _gate = new(); // Guards the history: a flush may run on another thread.
    private readonly Workload _workload;
    private readonly Random _random;
    private readonly ManualTime _time = new();
    private readonly PinnedReader _reader;
    private Exception? _failure;

    public EventualRun(
        int seed, Workload workload, StoreOptions options, FileSystemModel model = default)
    {
        _workload = workload;
        _random = new Random(seed);
        // Opened states begin with a clock of their own: nothing flushes by itself there.
        History = new CommitHistory(options, new Random(~seed));
        Disk = new SimulatedDisk { FileSystem = model };
        Database = Database.Open(Disk.OpenStorage(), options with { TimeProvider = _time });
        _reader = new PinnedReader(Database, History[0]);
        Disk.Observer = _ => Watch(StatesPerPoint);
    }

    public SimulatedDisk Disk { get; }

    public Database Database { get; }

    public CommitHistory History { get; }

    public static void Run(int seed, Workload workload, StoreOptions options, int steps)
    {
        using EventualRun run = new(seed, workload, options);
        run.Run(steps);
        run.Close();
    }

    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Run(int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            Step();
            if (_failure is not null) throw new CrashFailure(_failure.Message, _failure);
        }
    }

    /// <summary>Closing makes all durable.</summary>
    public void Close()
    {
        Database.Dispose();
        Disk.Observer = null;
        if (_failure is not null) throw new CrashFailure(_failure.Message, _failure);
        Settle();
        History.Crash(Disk, StatesPerPoint);
        History.Find(Disk);
    }

    /// <summary>
    /// Lets one of the coming flushes fail and goes on until somebody is told. From then on the
    /// database only reads, and what was visible stays so; returns how much of it is not durable.
    /// </summary>
    public int FailFlush()
    {
        Disk.Faults.Fail(DiskOperation.Flush, _random.Next(1, 4));
        while (!TryStep())
        {
        }

        if (_failure is not null) throw new CrashFailure(_failure.Message, _failure);
        AssertRefused(() => Database.BeginWrite().Dispose());
        AssertRefused(Database.Flush);
        // The last commit may have failed before anybody saw it.
        ModelBucket last = History[History.Last];
        bool isSeen = ContentComparison.FindDifference(Database, last) is null;
        ModelBucket seen = isSeen ? last : History[History.Last - 1];
        _reader.MoveOn(seen);
        new Expectation(seen).Identify(Database);
        return (int)Database.GetStatistics().UnflushedCommits;
    }

    public void Dispose()
    {
        Disk.Observer = null;
        _reader.Dispose();
        try
        {
            Database.Dispose();
        }
        catch (DatabaseFailedException)
        {
            // Whatever the run has found says more; a close that matters is made before.
        }
    }

    private static void AssertRefused(Action write)
    {
        try
        {
            write();
        }
        catch (DatabaseFailedException)
        {
            return;
        }

        throw new CrashFailure("a write began, or a flush returned, after a flush had failed");
    }

    private bool TryStep()
    {
        try
        {
            Step();
            return false;
        }
        catch (DatabaseFailedException)
        {
            return true;
        }
    }

    private void Step()
    {
        switch (_random.Next(20))
        {
            case < 11:
                Commit(Durability.Eventual);
                break;
            case < 13:
                Commit(_random.Next(4) == 0 ? Durability.Paranoid : Durability.Full);
                break;
            case < 15:
                Database.Flush();
                Settle();
                break;
            case 15:
                _time.Advance(TimeSpan.FromSeconds(1));
                AwaitTimer();
                break;
            case 16:
                using (WriteTransaction tx = Database.BeginWrite())
                    _workload(tx, History[History.Last].Clone(), _random);
                break;
            case 17:
                _reader.MoveOn(History[History.Last]);
                break;
            case 18:
                CrashOracle.AssertSound(Database);
                Settle();
                break;
            default:
                Watch(2 * StatesPerPoint);
                break;
        }
    }

    /// <summary>
    /// The timer, if one runs, flushes on this thread; or leaves it to one that flushes already.
    /// </summary>
    private void AwaitTimer()
    {
        long start = Stopwatch.GetTimestamp();
        while (Database.GetStatistics() is { IsFailed: false, UnflushedCommits: > 0 } late)
        {
            if (Stopwatch.GetElapsedTime(start) > Limit)
                throw new CrashFailure($"{late.UnflushedCommits} commits were not flushed");
            Thread.Yield();
        }

        if (!Database.GetStatistics().IsFailed) Settle();
    }

    private void Commit(Durability durability)
    {
        ModelBucket next = History[History.Last].Clone();
        using WriteTransaction tx = Database.BeginWrite();
        _workload(tx, next, _random);
        lock (_gate)
        {
            History.Add(next);
            History.Claim(History.Last);
        }

        tx.Commit(durability);
        if (durability != Durability.Eventual) Settle();
        if (_random.Next(3) == 0) new Expectation(next).Identify(Database);
    }

    private void Settle()
    {
        lock (_gate) History.Settle();
    }

    private void Watch(int states)
    {
        lock (_gate)
        {
            try
            {
                History.Crash(Disk, states);
            }
            catch (Exception failure)
            {
                _failure ??= failure;
            }
        }
    }
}
