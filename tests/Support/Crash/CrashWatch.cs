using KvCow.Engine;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// A disk on which crash states are drawn and checked at every operation, and what its database
/// holds, beside which something else than commits goes on.
/// </summary>
internal sealed class CrashWatch
{
    private readonly Random _random;
    private readonly CrashOracle _oracle;
    private readonly CrashPoints _points;

    public CrashWatch(int seed, Random random, StoreOptions options, int statesPerPoint)
    {
        _random = random;
        CrashPlan plan = new() { StateCount = 0, Options = options };
        _oracle = new CrashOracle(plan, new Random(~seed));
        _points = new CrashPoints(Disk, random, statesPerPoint) { Check = _oracle.Check };
    }

    public SimulatedDisk Disk { get; } = new();

    public int StateCount => _oracle.StateCount;

    /// <summary>What the database holds, and a crash must leave.</summary>
    public ModelBucket Content
    {
        get => _points.Expected.Acknowledged;
        set => _points.Expected = new Expectation(value);
    }

    public void Start() => _points.Start();

    public void Stop() => _points.Stop();

    /// <summary>A commit of random changes.</summary>
    public void Commit(Database database, Workload workload)
    {
        ModelBucket next = Content.Clone();
        using WriteTransaction tx = database.BeginWrite();
        workload(tx, next, _random);
        _points.Expected = _points.Expected with { InFlight = next };
        tx.Commit();
        Content = next;
    }

    /// <exception cref="CrashFailure">The database holds something else, or is not sound.
    /// </exception>
    public void Check(Database database)
    {
        new Expectation(Content).Identify(database);
        CrashOracle.AssertSound(database);
    }
}
