using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;
using static KvCow.Tests.Support.Crash.Hang;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Calls that wait for the writer's turn and are done in one transaction, some of which fail after
/// their changes; draws crash states at every write and flush: all that succeeded, or nothing.
/// </summary>
internal sealed class BatchRun
{
    private const int StatesPerPoint = 3;
    private static readonly Workload[] Workloads =
        [SmallChanges.Apply, BucketChanges.Apply, LargeChanges.Apply, SavepointChanges.Apply];

    private readonly Random _random;
    private readonly CommitHistory _history;
    private readonly SimulatedDisk _disk = new();
    private readonly Database _database;
    private ModelBucket _next = new();
    private Exception? _failure;

    private BatchRun(int seed, StoreOptions options)
    {
        _random = new Random(seed);
        _history = new CommitHistory(options, _random);
        _database = Database.Open(_disk.OpenStorage(), options);
        _disk.Observer = Watch;
    }

    /// <summary>Returns how many states were checked.</summary>
    public static int Run(int seed, StoreOptions options, int rounds)
    {
        BatchRun run = new(seed, options);
        using Database database = run._database;
        for (int round = 0; round < rounds; round++) run.Round();
        run._disk.Observer = null;
        return run._history.StateCount;
    }

    private void Round()
    {
        ulong before = _database.GetStatistics().TransactionId;
        List<Task> good = [];
        List<Task> bad = [];
        using (WriteTransaction holder = _database.BeginWrite())
        {
            for (int i = _random.Next(1, 6); i > 0; i--)
            {
                bool fails = _random.Next(3) == 0;
                (fails ? bad : good).Add(_database.BatchAsync(tx => Change(tx, fails)));
            }

            good.Add(_database.BatchAsync(tx =>
            {
                Change(tx, fails: false);
                _history.Claim(_history.Add(_next));
            }));
        }

        Task.WhenAll(good).WaitAsync(Limit).GetAwaiter().GetResult();
        foreach (Task call in bad) AssertRefused(call);
        _history.Settle();
        if (_failure is not null) throw new CrashFailure(_failure.Message, _failure);
        ulong commits = _database.GetStatistics().TransactionId - before;
        if (commits != 1) throw new CrashFailure($"{commits} commits for one batch");
        new Expectation(_history[_history.Last]).Identify(_database);
        CrashOracle.AssertSound(_database);
    }

    private void Change(WriteTransaction tx, bool fails)
    {
        ModelBucket copy = _next.Clone();
        for (int i = _random.Next(1, 4); i > 0; i--)
            Workloads[_random.Next(Workloads.Length)](tx, copy, _random);
        if (fails) throw new RefusedException();
        _next = copy;
    }

    private static void AssertRefused(Task call)
    {
        try
        {
            call.WaitAsync(Limit).GetAwaiter().GetResult();
        }
        catch (RefusedException)
        {
            return;
        }

        throw new CrashFailure("a call that failed has returned");
    }

    private void Watch(StorageEvent told)
    {
        try
        {
            _history.Crash(_disk, StatesPerPoint);
        }
        catch (Exception failure)
        {
            _failure ??= failure;
        }
    }

    private sealed class RefusedException : Exception;
}
