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

    /// <summary>
    /// Of the runs without a bug, which the crash tests make as well, and more of them.
    /// </summary>
    private const int SoundSeedsMax = 2;

    private static readonly PropertyInfo[] Switches =
        typeof(PlantedBugs).GetProperties(BindingFlags.Public | BindingFlags.Static);

    /// <summary>
    /// What catches those for which all the runs before would take long: tried first.
    /// </summary>
    private static readonly Dictionary<string, (string Run, int Seed)> Catchers = new()
    {
        [nameof(PlantedBugs.KeepLock)] = ("copied lock", 1),
        [nameof(PlantedBugs.SkipNameFlush)] = ("I/O faults", 2),
        [nameof(PlantedBugs.ReleaseRedoEarly)] = ("crashes, slow pages", 16),
        [nameof(PlantedBugs.NameOldRedoStart)] = ("crashes, short redo log", 2),
        [nameof(PlantedBugs.ForgetRedoneDelete)] = ("crashes, short redo log", 2),
        [nameof(PlantedBugs.ForgetFailure)] = ("failed flush, ext4", 1),
        [nameof(PlantedBugs.PublishBeforeFlush)] = ("failed flush, ext4", 1),
        [nameof(PlantedBugs.SkipRewrite)] = ("failed flush, ext4", 2),
        [nameof(PlantedBugs.IgnoreOpenReaders)] = ("eventual", 1),
        [nameof(PlantedBugs.ReuseBeforeDurable)] = ("eventual", 2),
        [nameof(PlantedBugs.IgnoreReadersOfSuperseded)] = ("eventual, large", 2),
        [nameof(PlantedBugs.KeepUndoneRedo)] = ("savepoints, redo log", 1),
        [nameof(PlantedBugs.ForgetCompactionRetry)] = ("background compaction", 1),
        [nameof(PlantedBugs.KeepMovedReference)] = ("compaction", 1),
        [nameof(PlantedBugs.LeakMovedExtent)] = ("compaction", 2),
        [nameof(PlantedBugs.LeakPackedLeaf)] = ("compaction", 1),
        [nameof(PlantedBugs.KeepTornSlot)] = ("compaction", 1),
        [nameof(PlantedBugs.KeepRejectedSlot)] = ("compaction", 3),
        [nameof(PlantedBugs.ReleaseTooEarly)] = ("eventual", 2),
        [nameof(PlantedBugs.CheckNewestOnly)] = ("eventual", 1),
        [nameof(PlantedBugs.ForgetDeferredDeltas)] = ("eventual", 1),
        [nameof(PlantedBugs.SkipExtentCheck)] = ("eventual, large", 2),
        [nameof(PlantedBugs.SkipBackupFlush)] = ("backup", 1),
        [nameof(PlantedBugs.SkipRestoreCheck)] = ("backup", 4),
        [nameof(PlantedBugs.KeepPlacesOfSavepoint)] = ("savepoints", 2),
        [nameof(PlantedBugs.KeepFreedOfSavepoint)] = ("savepoints, redo log", 2),
        [nameof(PlantedBugs.LeakOnRollback)] = ("batches", 1),
        [nameof(PlantedBugs.KeepFailedPart)] = ("batches", 2),
        [nameof(PlantedBugs.SkipDirectoryFlush)] = ("failed flush, btrfs", 1),
        [nameof(PlantedBugs.ForgetSpilledPlace)] = ("crashes, large changes", 4),
        [nameof(PlantedBugs.SameRedoTag)] = ("torn batch", 1),
        [nameof(PlantedBugs.SkipRedoFlush)] = ("crashes, short redo log", 1),
        [nameof(PlantedBugs.OverwriteRedoLog)] = ("rejected batch", 1),
        [nameof(PlantedBugs.ForgetUnwrittenPages)] = ("crashes, short redo log", 1),
        [nameof(PlantedBugs.WriteDroppedPages)] = ("steady redo log", 1),
        [nameof(PlantedBugs.ForgetRedoLog)] = ("crashes, short redo log", 3),
        [nameof(PlantedBugs.KeepRedoPages)] = ("steady redo log", 1),
        [nameof(PlantedBugs.ForgetGrowth)] = ("recovery's cost", 1),
    };

    public static TheoryData<string> Names =>
        [.. Switches.Where(static (_, i) => GateHalf.Has(i)).Select(static bug => bug.Name)
            .Where(static bug => bug != nameof(PlantedBugs.KeepLock) || CopiedLock.CanRun)];

    [Theory, MemberData(nameof(Names))]
    public void The_oracle_catches(string bug)
    {
        PropertyInfo planted = Switches.Single(candidate => candidate.Name == bug);
        bool isKnown = Catchers.TryGetValue(bug, out (string Run, int Seed) catcher);
        bool isCaught;
        planted.SetValue(null, true);
        try
        {
            isCaught = (isKnown
                    && Record.Exception(() => Runs[catcher.Run](catcher.Seed)) is not null)
                || FindFailure(static _ => true) is not null;
        }
        finally
        {
            planted.SetValue(null, false);
        }

        Assert.True(isCaught, $"{bug} was not caught");
        if (isKnown) Runs[catcher.Run](catcher.Seed); // It was the bug: without it this passes.
    }

    [Fact]
    public void Without_a_bug_the_oracle_finds_nothing() => Assert.Null(
        FindFailure(static seed => seed <= SoundSeedsMax && GateHalf.Has(seed)));

    /// <summary>The first failure of the same runs that the crash tests make, but fewer.</summary>
    private static Exception? FindFailure(Func<int, bool> isIncluded)
    {
        foreach (int seed in Enumerable.Range(1, SeedsMax).Where(isIncluded))
        {
            foreach (Action<int> run in Runs.Values)
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

    private static readonly Dictionary<string, Action<int>> Runs = new()
    {
        // The quick ones first.
        ["rejected commit"] = static seed => RejectedCommit.Run(seed),
        ["torn meta page"] = static seed => TornMetaPage.Run(afterClose: seed % 2 == 0),
        ["recovery's cost"] = static seed => RecoveryCost.Run(seed),
        ["stale reads"] = StaleReads.Run,
        ["rejected batch"] = static seed => RejectedBatch.Run(seed),
        ["torn batch"] = static _ => TornBatch.Run(),
        ["steady redo log"] = SteadyRedo.Run,
        ["I/O faults"] =
            static seed => new IoFaultRun(seed, SmallChanges.Apply, CrashOptions.NoCache, 2).Run(1),
        ["copied lock"] = static _ => CopiedLock.Run(),
        ["lying disk"] = static seed =>
            new LyingDiskRun(seed, SmallChanges.Apply, CrashOptions.NoCache).Run(200),
        ["batches"] = static seed => BatchRun.Run(seed, CrashOptions.Full, 4),
        ["compaction"] = static seed => new CompactionRun(seed, CrashOptions.Full).Run(),
        ["backup"] = static seed => new BackupRun(seed, (BackupMode)(seed % 2)).Run(),
        ["crashes"] = static seed => Crash(seed, SmallChanges.Apply, CrashOptions.Full),
        ["crashes, short redo log"] =
            static seed => Crash(seed, SmallChanges.Apply, CrashOptions.ShortRedo),
        ["crashes, slow pages"] =
            static seed => Crash(seed, LargeChanges.Apply, CrashOptions.SlowPages),
        ["crashes, large changes"] =
            static seed => Crash(seed, LargeChanges.Apply, CrashOptions.ShortLog),
        ["crashes, buckets"] =
            static seed => Crash(seed, BucketChanges.Apply, CrashOptions.ShortLog),
        ["failed flush, ext4"] = static seed =>
            new FailedFlushRun(seed, FileSystemModel.Ext4, SmallChanges.Apply).Run(8),
        ["failed flush, btrfs"] = static seed =>
            new FailedFlushRun(seed, FileSystemModel.Btrfs, SmallChanges.Apply).Run(8),
        ["eventual"] =
            static seed => EventualRun.Run(seed, SmallChanges.Apply, CrashOptions.Full, 80),
        ["eventual, large"] =
            static seed => EventualRun.Run(seed, LargeChanges.Apply, CrashOptions.ShortLog, 80),

        // Larger transactions tell of more instants: fewer states of each do.
        ["spilling"] =
            static seed => Crash(seed, SpillingChanges.Apply, CrashOptions.Full, 400, perPoint: 2),
        ["savepoints"] =
            static seed => Crash(seed, SavepointChanges.Apply, CrashOptions.Full, 400, perPoint: 2),
        ["savepoints, redo log"] =
            static seed => Crash(seed, SavepointChanges.Apply, CrashOptions.Redo, 400, perPoint: 2),
        ["background compaction"] =
            static seed => new BackgroundCompactionRun(seed, CrashOptions.Full).Run(),
    };

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
