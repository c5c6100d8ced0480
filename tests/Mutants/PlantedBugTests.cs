using System.Reflection;
using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Mutants;

/// <summary>
/// The engine compiled again with bugs to switch on: the oracle has to catch each, and must find
/// nothing while all are off. The switches are static, so the tests are in one class, one by one.
/// The code is the same in both halves of the gate: each bug, and each seed of the runs without
/// one, has its turn in one of them.
/// </summary>
public sealed class PlantedBugTests
{
    private const int SeedsMax = 4;

    private static readonly PropertyInfo[] Switches =
        typeof(PlantedBugs).GetProperties(BindingFlags.Public | BindingFlags.Static);

    public static TheoryData<string> Names =>
        [.. Switches.Where(static (_, i) => GateHalf.Has(i)).Select(static bug => bug.Name)];

    [Theory, MemberData(nameof(Names))]
    public void The_oracle_catches(string bug)
    {
        PropertyInfo planted = Switches.Single(candidate => candidate.Name == bug);
        planted.SetValue(null, true);
        try
        {
            Assert.True(FindFailure(static _ => true) is not null, $"{bug} was not caught");
        }
        finally
        {
            planted.SetValue(null, false);
        }
    }

    [Fact]
    public void Without_a_bug_the_oracle_finds_nothing() => Assert.Null(FindFailure(GateHalf.Has));

    /// <summary>The first failure of the same runs that the crash tests make, but fewer.</summary>
    private static Exception? FindFailure(Func<int, bool> isIncluded)
    {
        foreach (int seed in Enumerable.Range(1, SeedsMax).Where(isIncluded))
        {
            foreach (Action<int> run in Runs)
            {
                try
                {
                    run(seed);
                }
                catch (Exception failure)
                {
                    return failure;
                }
            }
        }

        return null;
    }

    private static readonly Action<int>[] Runs =
    [
        // The quick ones first.
        static seed => RejectedCommit.Run(seed),
        static seed => TornMetaPage.Run(afterClose: seed % 2 == 0),
        static seed => RecoveryCost.Run(seed),
        StaleReads.Run,
        static seed => RejectedBatch.Run(seed),
        static _ => TornBatch.Run(),
        SteadyRedo.Run,
        static seed => new IoFaultRun(seed, SmallChanges.Apply, CrashOptions.NoCache, 2).Run(1),
        static seed => new LyingDiskRun(seed, SmallChanges.Apply, CrashOptions.NoCache).Run(200),
        static seed => new CompactionRun(seed, CrashOptions.Full).Run(),
        static seed => new BackupRun(seed, (BackupMode)(seed % 2)).Run(),
        static seed => Crash(seed, SmallChanges.Apply, CrashOptions.Full),
        static seed => Crash(seed, SmallChanges.Apply, CrashOptions.ShortRedo),
        static seed => Crash(seed, LargeChanges.Apply, CrashOptions.ShortLog),
        static seed => Crash(seed, BucketChanges.Apply, CrashOptions.ShortLog),
        static seed => new FailedFlushRun(seed, FileSystemModel.Ext4, SmallChanges.Apply).Run(8),
        static seed => new FailedFlushRun(seed, FileSystemModel.Btrfs, SmallChanges.Apply).Run(8),
        static seed => EventualRun.Run(seed, SmallChanges.Apply, CrashOptions.Full, 80),
        static seed => EventualRun.Run(seed, LargeChanges.Apply, CrashOptions.ShortLog, 80),

        // Larger transactions tell of more instants: fewer states of each do.
        static seed => Crash(seed, SpillingChanges.Apply, CrashOptions.Full, 400, perPoint: 2),
        static seed => Crash(seed, SavepointChanges.Apply, CrashOptions.Full, 400, perPoint: 2),
        static seed => Crash(seed, SavepointChanges.Apply, CrashOptions.Redo, 400, perPoint: 2),
        static seed => new BackgroundCompactionRun(seed, CrashOptions.Full).Run(),
    ];

    private static void Crash(int seed, Workload workload, StoreOptions options,
        int states = 800, int perPoint = 10) =>
        new CrashRun(seed, workload, new CrashPlan
        {
            StateCount = states,
            StatesPerPoint = perPoint,
            Options = options,
            NestedStatesPerPoint = seed % 2,
        }).Run();
}
