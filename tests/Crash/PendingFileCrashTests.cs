using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>
/// Whatever becomes of the log beside the file, content and free pages come back.
/// </summary>
public sealed class PendingFileCrashTests
{
    internal const int StatesPerSeed = 1250;

    [Theory, Seeds(6, Shared = true)]
    public void A_damaged_log_leaks_no_page_and_gives_none_away_twice(int seed) =>
        Run(seed, seed % 2 == 0 ? SmallChanges.Apply : LargeChanges.Apply, CrashOptions.ShortLog);

    [Theory, Seeds(2, Shared = true)]
    public void A_damaged_mark_changes_nothing(int seed) =>
        Run(seed, BucketChanges.Apply, CrashOptions.Full);

    [Theory, Seeds(4, Shared = true)]
    public void It_does_neither_where_a_redo_log_tells_of_commits(int seed) =>
        Run(seed, seed % 2 == 0 ? BucketChanges.Apply : SmallChanges.Apply, CrashOptions.ShortLogs);

    private static void Run(int seed, Workload workload, StoreOptions options)
    {
        CrashRun run = new(seed, workload, new CrashPlan
        {
            StateCount = StatesPerSeed,
            FurtherCommitsEvery = 4,
            Options = options,
            Damage = new PendingDamage(options).Apply,
        });
        run.Run();
        Assert.True(run.StateCount >= StatesPerSeed);
    }
}
