using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>Transactions larger than the memory for them, and savepoints in them.</summary>
public sealed class SpillingCrashTests
{
    private const int StatesPerSeed = 300;

    [Theory, Seeds(4, Shared = true)]
    public void Spilled_transactions_survive_any_crash(int seed) =>
        Run(seed, SpillingChanges.Apply, CrashOptions.Full);

    [Theory, Seeds(2, Shared = true)]
    public void Spilled_transactions_with_a_short_log_survive_any_crash(int seed) =>
        Run(seed, SpillingChanges.Apply, CrashOptions.ShortLog);

    [Theory, Seeds(4, Shared = true)]
    public void Transactions_with_savepoints_survive_any_crash(int seed) =>
        Run(seed, SavepointChanges.Apply, CrashOptions.Full);

    private static void Run(int seed, Workload workload, StoreOptions options)
    {
        CrashRun run = new(seed, workload, new CrashPlan
        {
            StateCount = StatesPerSeed,
            StatesPerPoint = 4,
            Options = options,
        });
        run.Run();
        Assert.True(run.StateCount >= StatesPerSeed);
        Assert.True(run.CommitCount > 0);
    }
}
