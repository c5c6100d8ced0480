using System.Reflection;
using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>
/// How many cases the seeds of each suite come to, over both halves of the gate. That a seed makes
/// as many as said here is asserted where it runs.
/// </summary>
public sealed class CrashFigures
{
    internal const int StatesPerSeed = 2500;

    [Fact]
    public void The_workloads_check_two_hundred_thousand_states() => AssertSum(200_000,
        (typeof(SmallChangesCrashTests), StatesPerSeed),
        (typeof(BucketChangesCrashTests), StatesPerSeed),
        (typeof(LargeChangesCrashTests), StatesPerSeed),
        (typeof(FreeListLogCrashTests), StatesPerSeed));

    [Fact]
    public void Crashes_in_recovery_compaction_and_backup_are_twenty_thousand() => AssertSum(20_000,
        (typeof(RecoveryCrashTests), RecoveryCrashTests.StatesPerSeed, "within_recovery"),
        (typeof(RecoveryCrashTests), RecoveryCrashTests.StatesWithin, "within_c"),
        (typeof(CompactionCrashTests), CompactionCrashTests.StatesPerSeed, "any_crash"),
        (typeof(BackupCrashTests), BackupCrashTests.StatesPerSeed, ""));

    [Fact]
    public void Failed_flushes_are_followed_by_ten_thousand_states() =>
        AssertSum(10_000, (typeof(FailedFlushTests), FailedFlushTests.StatesPerSeed));

    [Fact]
    public void Ten_thousand_operations_fail() =>
        AssertSum(10_000, (typeof(IoFaultTests), IoFaultTests.CasesPerSeed));

    [Fact]
    public void Lies_of_the_device_are_read_twenty_thousand_times() =>
        AssertSum(20_000, (typeof(LyingDiskTests), LyingDiskTests.CasesPerSeed));

    [Fact]
    public void Logs_are_damaged_ten_thousand_times() =>
        AssertSum(10_000, (typeof(PendingFileCrashTests), PendingFileCrashTests.StatesPerSeed));

    internal static void Run(int seed, Workload workload, StoreOptions options)
    {
        CrashPlan plan = new() { StateCount = StatesPerSeed, Options = options };
        CrashRun run = new(seed, workload, plan);
        run.Run();
        Assert.True(run.StateCount >= StatesPerSeed);
        Assert.True(run.CommitCount > 0);
    }

    private static void AssertSum(int least, params (Type Suite, int PerSeed)[] suites) =>
        AssertSum(least, [.. suites.Select(static suite => (suite.Suite, suite.PerSeed, ""))]);

    private static void AssertSum(
        int least, params (Type Suite, int PerSeed, string Named)[] suites)
    {
        int sum = suites.Sum(static suite => suite.PerSeed * suite.Suite.GetMethods()
            .Where(method => method.Name.Contains(suite.Named, StringComparison.Ordinal))
            .Sum(static method => method.GetCustomAttribute<SeedsAttribute>()?.Count ?? 0));
        Assert.True(sum >= least, $"{sum} cases, not {least}");
    }
}
