using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// A commit is torn and gone back from; then another one is made in its place, and crashes, too.
/// </summary>
internal sealed class RejectedCommits(CrashPlan plan, Random random)
{
    private readonly CrashOracle _oracle = new(plan, random);

    public int StateCount => _oracle.StateCount;

    /// <summary>What crashes amid a commit may leave.</summary>
    public List<SimulatedDisk> Tear(SimulatedDisk disk, int statesPerPoint, Action commit)
    {
        List<SimulatedDisk> states = [];
        CrashPoints points =
            new(disk, random, statesPerPoint) { Check = (state, _) => states.Add(state) };
        points.Start();
        commit();
        points.Stop();
        return states;
    }

    /// <summary>
    /// Opens each of them, and where the commit was gone back from, crashes amid another.
    /// </summary>
    public void Repeat(
        List<SimulatedDisk> states, ModelBucket before, int statesPerPoint, Workload change)
    {
        foreach (SimulatedDisk disk in states)
        {
            using Database database = Database.Open(disk.OpenStorage(), plan.Options);
            if (ContentComparison.FindDifference(database, before) is not null) continue;
            ModelBucket next = before.Clone();
            CrashPoints points = new(disk, random, statesPerPoint) { Check = _oracle.Check };
            using WriteTransaction tx = database.BeginWrite();
            change(tx, next, random);
            points.Expected = new Expectation(before, next);
            points.Start();
            tx.Commit();
            points.Stop();
        }
    }
}
