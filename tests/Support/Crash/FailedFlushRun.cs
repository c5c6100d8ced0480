using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Lets a flush fail while a database changes: from then on it only reads, and opening again
/// decides once and for all whether the commit in flight is there. Power cuts come right after the
/// failure, at every operation of that opening, and of a commit after it.
/// </summary>
internal sealed class FailedFlushRun(int seed, FileSystemModel model, Workload workload)
{
    private const int StatesPerFailure = 12;
    private const int StatesPerPoint = 2;

    private readonly Random _random = new(seed);
    private readonly SimulatedDisk _disk = new()
    {
        FileSystem = model,
        FailedFlushLuck = seed % 2 == 0 ? new Random(seed) : null,
    };

    private Expectation _expected = Expectation.Nothing;

    public int StateCount { get; private set; }

    public int FailureCount => _disk.Faults.HappenedCount;

    /// <param name="rounds">Failures, at least; each goes on where the one before left off.</param>
    /// <param name="statesMin">And on until so many states have been checked.</param>
    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Run(int rounds, int statesMin = 0)
    {
        for (int round = 0; round < rounds || StateCount < statesMin; round++)
        {
            CrashPlan plan = Plan();
            using (Database database = Database.Open(_disk.OpenStorage(), plan.Options))
            {
                _expected = new Expectation(_expected.Identify(database));
                _disk.Faults.Fail(DiskOperation.Flush, _random.Next(1, 6));
                ChangeUntilFailure(database);
                CheckThatItOnlyReads(database);
            }

            _disk.Faults.Clear();
            CheckStates(plan);
            GoOn(plan);
            CheckStates(plan);
        }
    }

    /// <summary>What opening shows once stays, whatever the power does then.</summary>
    private void GoOn(CrashPlan plan)
    {
        CrashOracle oracle = new(plan, _random);
        CrashPoints points = new(_disk, _random, StatesPerPoint)
        {
            Expected = _expected,
            Check = oracle.Check,
        };
        points.Start();
        using (Database reopened = Database.Open(_disk.OpenStorage(), plan.Options))
        {
            _expected = new Expectation(_expected.Identify(reopened));
            ModelBucket next = _expected.Acknowledged.Clone();
            using WriteTransaction tx = reopened.BeginWrite();
            workload(tx, next, _random);
            points.Expected = _expected with { InFlight = next };
            tx.Commit();
            _expected = new Expectation(next);
            points.Expected = _expected;
            points.CrashHere();
            points.Stop(); // How often closing is interrupted is not what this is about.
        }

        StateCount += oracle.StateCount;
    }

    private CrashPlan Plan() => new()
    {
        StateCount = 0,
        Options = _random.Next(5) == 0
            ? CrashOptions.Paranoid
            : CrashOptions.InTurn(_random.Next(4)),
    };

    /// <summary>Or until a few commits have worked: then the failure meets the close.</summary>
    private void ChangeUntilFailure(Database database)
    {
        for (int commits = _random.Next(8); commits > 0; commits--)
        {
            ModelBucket next = _expected.Acknowledged.Clone();
            bool entered = false;
            try
            {
                using WriteTransaction tx = database.BeginWrite();
                workload(tx, next, _random);
                entered = true;
                tx.Commit();
            }
            catch (DatabaseFailedException)
            {
                if (entered) _expected = _expected with { InFlight = next };
                return;
            }

            _expected = new Expectation(next);
        }
    }

    private void CheckThatItOnlyReads(Database database)
    {
        // Readers see what was acknowledged: what is in flight was not published.
        new Expectation(_expected.Acknowledged).Identify(database);
        if (_expected.InFlight is null && !database.GetStatistics().IsFailed) return;
        try
        {
            database.BeginWrite().Dispose();
        }
        catch (DatabaseFailedException)
        {
            return;
        }

        throw new CrashFailure("a write began after a flush had failed");
    }

    private void CheckStates(CrashPlan plan)
    {
        CrashOracle oracle = new(plan, _random);
        foreach (SimulatedDisk state in CrashStates.Enumerate(_disk, _random, StatesPerFailure))
            oracle.Check(state, _expected);
        StateCount += oracle.StateCount;
    }
}
