using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Crash;

/// <summary>Crashes within the recovery from a crash, within creation and within close.</summary>
public sealed class RecoveryCrashTests
{
    private const int StatesPerSeed = 2500;

    [Theory, Seeds(6)]
    public void A_crash_within_recovery_loses_nothing(int seed) =>
        Run(seed, seed % 2 == 0 ? SmallChanges.Apply : LargeChanges.Apply, new CrashPlan
        {
            StateCount = StatesPerSeed,
            StatesPerPoint = 4,
            NestedStatesPerPoint = 3,
        });

    [Theory, Seeds(4)]
    public void A_crash_within_recovery_with_a_short_log_loses_nothing(int seed) =>
        Run(seed, seed % 2 == 0 ? SmallChanges.Apply : BucketChanges.Apply, new CrashPlan
        {
            StateCount = StatesPerSeed,
            StatesPerPoint = 4,
            NestedStatesPerPoint = 3,
            Options = CrashOptions.ShortLog,
        });

    [Theory, Seeds(4)]
    public void A_crash_within_creation_leaves_a_database_or_none(int seed)
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
        Assert.True(oracle.StateCount >= 200);
    }

    [Theory, Seeds(4)]
    public void A_crash_within_close_and_another_after_it_lose_nothing(int seed)
    {
        Random random = new(seed);
        CrashPlan plan = new()
        {
            StateCount = 0,
            FurtherCommitsEvery = 1,
            NestedStatesPerPoint = 3,
            Options = seed % 2 == 0 ? CrashOptions.Full : CrashOptions.ShortLog,
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

        CrashPoints points = new(disk, random, 6)
        {
            Expected = new Expectation(content),
            Check = oracle.Check,
        };
        points.Start();
        database.Dispose();
        points.Stop();
        Assert.True(oracle.StateCount >= 200);
    }

    [Theory, Seeds(3)]
    public void A_rejected_commit_never_becomes_whole(int seed) =>
        Assert.True(RejectedCommit.Run(seed) >= 200);

    [Theory, Seeds(3)]
    public void Recovery_never_reads_the_whole_file(int seed) =>
        Assert.True(RecoveryCost.Run(seed) >= 100);

    private static void Run(int seed, Workload workload, CrashPlan plan)
    {
        CrashRun run = new(seed, workload, plan);
        run.Run();
        Assert.True(run.StateCount >= StatesPerSeed);
    }
}
