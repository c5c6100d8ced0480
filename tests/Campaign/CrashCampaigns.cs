using KvCow.Engine;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Campaign;

/// <summary>The rows whose faults a simulated disk makes.</summary>
internal static class CrashCampaigns
{
    public static readonly CampaignKind[] List =
    [
        new("crash-states", "states", 10_000_000, 2_500, States),
        new("redo-log", "states", 1_000_000, 2_500, RedoLog),
        new("recovery-states", "states", 2_000_000, 2_500, Recovery),
        new("failed-flush", "states", 200_000, 12, FailedFlush),
        new("io-faults", "faults", 200_000, 8, IoFaults),
        new("lying-disk", "cases", 1_000_000, 500, LyingDisk),
        new("pending-file", "states", 500_000, 1_250, PendingFile),
        new("disk-full", "disks", 1_000, 4, DiskFull),
    ];

    private static readonly Workload[] Workloads =
        [SmallChanges.Apply, BucketChanges.Apply, LargeChanges.Apply];

    private static readonly StoreOptions[] Options =
    [
        CrashOptions.Full, CrashOptions.Paranoid, CrashOptions.ShortLog,
        CrashOptions.Redo, CrashOptions.ShortRedo,
    ];

    private static readonly StoreOptions[] RedoOptions =
        [CrashOptions.Redo, CrashOptions.ShortRedo, CrashOptions.SlowPages];

    private static readonly StoreOptions[] PendingOptions =
        [CrashOptions.Full, CrashOptions.ShortLog, CrashOptions.ShortLogs, CrashOptions.ShortLog];

    /// <summary>With hardly a cache, too: then reads reach the disk that fails.</summary>
    private static readonly StoreOptions[] FaultOptions =
    [
        CrashOptions.Full, CrashOptions.Paranoid, CrashOptions.ShortLog, CrashOptions.Redo,
        CrashOptions.NoCache, CrashOptions.ShortRedo, CrashOptions.SlowPages,
    ];

    private static StoreOptions InTurn(StoreOptions[] list, int number) =>
        list[number % list.Length];

    private static long States(int seed, int size)
    {
        CrashPlan plan = new() { StateCount = size, Options = InTurn(Options, seed / 3) };
        CrashRun run = new(seed, Workloads[seed % 3], plan);
        run.Run();
        return run.StateCount;
    }

    private static long RedoLog(int seed, int size)
    {
        StoreOptions options = InTurn(RedoOptions, seed);
        CrashPlan plan = new() { StateCount = size, Options = options };
        CrashRun run = new(seed, Workloads[seed / 3 % 3], plan);
        run.Run();
        return run.StateCount;
    }

    private static long Recovery(int seed, int size)
    {
        if (seed % 6 == 0) return Compact(seed);
        if (seed % 6 == 1) return new BackupRun(seed, (BackupMode)(seed / 6 % 2)).Run();
        if (seed % 6 == 2) return OpenCloseRun.Create(seed) + OpenCloseRun.Close(seed);
        CrashRun run = new(seed, Workloads[seed % 3], new CrashPlan
        {
            StateCount = size,
            StatesPerPoint = 4,
            NestedStatesPerPoint = 3,
            Options = InTurn(Options, seed / 3),
        });
        run.Run();
        return run.StateCount;
    }

    private static long Compact(int seed)
    {
        CompactionRun run = new(seed, InTurn(Options, seed / 6));
        run.Run();
        return run.StateCount;
    }

    private static long FailedFlush(int seed, int size)
    {
        FailedFlushRun run = new(seed, (FileSystemModel)(seed / 3 % 2), Workloads[seed % 3]);
        run.Run(size);
        return run.StateCount;
    }

    private static long IoFaults(int seed, int size)
    {
        IoFaultRun run = new(seed, Workloads[seed % 3], InTurn(FaultOptions, seed / 3), size);
        run.Run(1);
        return run.CaseCount;
    }

    private static long LyingDisk(int seed, int size)
    {
        LyingDiskRun run = new(seed, Workloads[seed % 3], InTurn(FaultOptions, seed / 3));
        run.Run(size);
        return run.CaseCount;
    }

    private static long PendingFile(int seed, int size)
    {
        StoreOptions options = PendingOptions[seed % PendingOptions.Length];
        CrashRun run = new(seed, Workloads[seed % 3], new CrashPlan
        {
            StateCount = size,
            FurtherCommitsEvery = 4,
            Options = options,
            Damage = new PendingDamage(options).Apply,
        });
        run.Run();
        return run.StateCount;
    }

    private static long DiskFull(int seed, int size)
    {
        DiskFullRun.Run(seed, size);
        return 1;
    }
}
