using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>
/// Reads, writes, growths and flushes fail, at each operation of a database's life in turn: whoever
/// asked is told, and nothing acknowledged is lost.
/// </summary>
public sealed class IoFaultTests
{
    internal const int CasesPerSeed = 420;

    [Theory, Seeds(8, Shared = true)]
    public void Small_changes_survive_a_fault_at_every_operation(int seed) =>
        Run(seed, SmallChanges.Apply, CrashOptions.NoCache);

    [Theory, Seeds(6, Shared = true)]
    public void Changes_of_buckets_survive_a_fault_at_every_operation(int seed) =>
        Run(seed, BucketChanges.Apply, CrashOptions.ShortLog);

    [Theory, Seeds(4, Shared = true)]
    public void Long_values_survive_a_fault_at_every_operation(int seed) =>
        Run(seed, LargeChanges.Apply, seed % 4 < 2 ? CrashOptions.Paranoid : CrashOptions.NoCache);

    [Theory, Seeds(6, Shared = true)]
    public void Changes_with_a_redo_log_survive_a_fault_at_every_operation(int seed) =>
        Run(seed, seed % 4 < 2 ? BucketChanges.Apply : SmallChanges.Apply,
            seed <= 2 ? CrashOptions.ShortRedo : CrashOptions.Redo);

    private static void Run(int seed, Workload workload, StoreOptions options)
    {
        IoFaultRun run = new(seed, workload, options);
        run.Run(CasesPerSeed);
        Assert.True(run.CaseCount >= CasesPerSeed);
    }
}
