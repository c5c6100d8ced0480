using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// Crashes at every operation of creation and of close, and again at every operation of what opens
/// the file afterwards.
/// </summary>
internal static class OpenCloseRun
{
    /// <summary>Returns how many states were checked.</summary>
    public static int Create(int seed)
    {
        CrashPlan plan = new()
        {
            StateCount = 0,
            FurtherCommitsEvery = 3,
            NestedStatesPerPoint = 2,
        };
        Random random = new(seed);
        CrashOracle oracle = new(plan, random);
        SimulatedDisk disk = new();
        CrashPoints points = new(disk, random, 12) { Check = oracle.Check };
        points.Start();
        using (Database database = Database.Open(disk.OpenStorage(), plan.Options))
            Expectation.Nothing.Identify(database);

        points.Stop();
        return oracle.StateCount;
    }

    /// <summary>Returns how many states were checked.</summary>
    public static int Close(int seed)
    {
        Random random = new(seed);
        CrashPlan plan = new()
        {
            StateCount = 0,
            FurtherCommitsEvery = 1,
            NestedStatesPerPoint = 3,
            Options = CrashOptions.InTurn(seed),
        };
        CrashOracle oracle = new(plan, random);
        SimulatedDisk disk = new();
        Database database = Database.Open(disk.OpenStorage(), plan.Options);
        ModelBucket content = new();
        for (int commits = random.Next(1, 12); commits > 0; commits--)
        {
            using WriteTransaction tx = database.BeginWrite();
            SmallChanges.Apply(tx, content, random);
            tx.Commit();
        }

        CrashPoints points = new(disk, random, 3)
        {
            Expected = new Expectation(content),
            Check = oracle.Check,
        };
        points.Start();
        database.Dispose();
        points.Stop();
        return oracle.StateCount;
    }
}
