using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>Crashes within the recovery from a crash, within creation and within close.</summary>
public sealed class RecoveryCrashTests
{
    internal const int StatesPerSeed = 1_600;
    internal const int StatesWithin = 200;

    [Theory, Seeds(6, Shared = true)]
    public void A_crash_within_recovery_loses_nothing(int seed) =>
        Run(seed, seed % 2 == 0 ? SmallChanges.Apply : LargeChanges.Apply, new CrashPlan
        {
            StateCount = StatesPerSeed,
            StatesPerPoint = 4,
            NestedStatesPerPoint = 3,
        });

    [Theory, Seeds(4, Shared = true)]
    public void A_crash_within_recovery_with_a_short_log_loses_nothing(int seed) =>
        Run(seed, seed % 2 == 0 ? SmallChanges.Apply : BucketChanges.Apply, new CrashPlan
        {
            StateCount = StatesPerSeed,
            StatesPerPoint = 4,
            NestedStatesPerPoint = 3,
            Options = CrashOptions.ShortLog,
        });

    [Theory, Seeds(4, Shared = true)]
    public void A_crash_within_creation_leaves_a_database_or_none(int seed) =>
        Assert.True(OpenCloseRun.Create(seed) >= StatesWithin);

    [Theory, Seeds(4, Shared = true)]
    public void A_crash_within_close_and_another_after_it_lose_nothing(int seed) =>
        Assert.True(OpenCloseRun.Close(seed) >= StatesWithin);

    [Theory, Seeds(4, Shared = true)]
    public void A_rejected_commit_never_becomes_whole(int seed) =>
        Assert.True(RejectedCommit.Run(seed) >= 200);

    [Theory, InlineData(true), InlineData(false)]
    public void A_torn_meta_page_is_never_completed_by_the_next_commit(bool afterClose) =>
        Assert.True(TornMetaPage.Run(afterClose) >= 1);

    [Theory, Seeds(4, Shared = true)]
    public void Recovery_never_reads_the_whole_file(int seed) =>
        Assert.True(RecoveryCost.Run(seed) >= 100);

    private static void Run(int seed, Workload workload, CrashPlan plan)
    {
        CrashRun run = new(seed, workload, plan);
        run.Run();
        Assert.True(run.StateCount >= StatesPerSeed);
    }
}
