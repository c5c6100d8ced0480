using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>A device that lies is found out, or does no harm: no wrong data is read.</summary>
public sealed class LyingDiskTests
{
    internal const int CasesPerSeed = 1000;

    [Theory, Seeds(8, Shared = true)]
    public void Small_changes_on_a_device_that_lies_are_right_or_refused(int seed) =>
        Run(seed, SmallChanges.Apply, seed % 4 < 2 ? CrashOptions.NoCache : CrashOptions.ShortLog);

    [Theory, Seeds(6, Shared = true)]
    public void Buckets_on_a_device_that_lies_are_right_or_refused(int seed) =>
        Run(seed, BucketChanges.Apply, seed % 4 < 2 ? CrashOptions.NoCache : CrashOptions.Full);

    [Theory, Seeds(6, Shared = true)]
    public void Long_values_on_a_device_that_lies_are_right_or_refused(int seed) =>
        Run(seed, LargeChanges.Apply, seed % 4 < 2 ? CrashOptions.NoCache : CrashOptions.Paranoid);

    [Theory, Seeds(6, Shared = true)]
    public void With_a_redo_log_what_a_device_that_lies_leaves_is_right_or_refused(int seed) =>
        Run(seed, seed % 4 < 2 ? SmallChanges.Apply : BucketChanges.Apply, CrashOptions.Redo);

    private static void Run(int seed, Workload workload, StoreOptions options)
    {
        LyingDiskRun run = new(seed, workload, options);
        run.Run(CasesPerSeed);
        Assert.True(run.CaseCount >= CasesPerSeed);
        // Lies that nobody notices would prove nothing.
        Assert.True(run.RefusedCount > 10, $"{run.RefusedCount} refused");
        Assert.True(run.OlderCount < CasesPerSeed / 2, $"{run.OlderCount} older");
    }
}
