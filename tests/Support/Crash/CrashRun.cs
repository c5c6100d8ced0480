using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// One random history of a database: commits, rollbacks, closes and crashes, with readers pinned
/// across commits. At every instant at which the disk is told something, crash states are drawn
/// and checked; now and then the history goes on from one of them.
/// </summary>
internal sealed class CrashRun
{
    private readonly CrashPlan _plan;
    private readonly Workload _workload;
    private readonly Random _random;
    private readonly CrashOracle _oracle;
    private SimulatedDisk _disk = new();
    private CrashPoints _points;
    private (SimulatedDisk Disk, Expectation Expected)? _nextLife;

    public CrashRun(int seed, Workload workload, CrashPlan plan)
    {
        _plan = plan;
        _workload = workload;
        _random = new Random(seed);
        _oracle = new CrashOracle(plan, new Random(~seed));
        _points = Watch(_disk, Expectation.Nothing);
    }

    public int StateCount => _oracle.StateCount;

    public int CommitCount { get; private set; }

    public int LifeCount { get; private set; }

    /// <summary>Goes on until the plan's number of states has been checked.</summary>
    /// <exception cref="CrashFailure">A promise was broken.</exception>
    public void Run()
    {
        while (StateCount < _plan.StateCount)
        {
            if (_nextLife is { } life) Rise(life.Disk, life.Expected);
            Live();
        }

        _points.Stop();
    }

    /// <summary>From an open to a close or to a crash that this run goes on from.</summary>
    private void Live()
    {
        LifeCount++;
        _points.Start();
        using Database database = Database.Open(_disk.OpenStorage(), _plan.Options);
        ModelBucket content = _points.Expected.Identify(database);
        _points.Expected = new Expectation(content);
        using PinnedReader reader = new(database, content);
        int commits = _random.Next(1, 40);
        for (int i = 0; i < commits && !IsOver; i++)
        {
            Change(database);
            if (_random.Next(5) == 0) reader.MoveOn(_points.Expected.Acknowledged);
        }

        if (_nextLife is not null) _points.Stop();
    }

    private bool IsOver => _nextLife is not null || StateCount >= _plan.StateCount;

    private void Change(Database database)
    {
        ModelBucket next = _points.Expected.Acknowledged.Clone();
        using (WriteTransaction tx = database.BeginWrite())
        {
            _workload(tx, next, _random);
            if (_random.Next(8) == 0) next = _points.Expected.Acknowledged;
            else Commit(tx, next);
        }

        bool rolledBack = next == _points.Expected.Acknowledged;
        _points.Expected = new Expectation(next);
        if (rolledBack || _random.Next(8) == 0) CrashOracle.AssertSound(database);
    }

    private void Commit(WriteTransaction tx, ModelBucket next)
    {
        _points.Expected = _points.Expected with { InFlight = next };
        tx.Commit();
        CommitCount++;
    }

    private CrashPoints Watch(SimulatedDisk disk, Expectation expected) =>
        new(disk, _random, _plan.StatesPerPoint)
        {
            Expected = expected,
            Check = (state, expectation) =>
            {
                // What comes after the state that the history goes on from never happened there: a
                // log kept from it would acknowledge a commit whose number is given anew.
                if (_nextLife is not null) return;
                // About one life in 400 states: a few dozen commits.
                bool goesOn = _random.Next(400) == 0;
                SimulatedDisk? kept = goesOn ? state.Fork() : null;
                _oracle.Check(state, expectation);
                if (kept is not null) _nextLife = (kept, expectation);
            },
        };

    private void Rise(SimulatedDisk disk, Expectation expected)
    {
        _nextLife = null;
        _disk = disk;
        _points = Watch(disk, expected);
    }
}
