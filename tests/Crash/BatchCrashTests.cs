using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>Calls done together in one commit are there together, without those that failed.
/// </summary>
public sealed class BatchCrashTests
{
    private const int Rounds = 6;

    [Theory, Seeds(6, Shared = true)]
    public void A_crash_leaves_a_whole_batch_or_none(int seed) =>
        Assert.True(BatchRun.Run(seed, CrashOptions.Full, Rounds) > 50);

    [Theory, Seeds(6, Shared = true)]
    public void The_redo_log_tells_a_batch_as_one(int seed) => Assert.True(BatchRun.Run(
        seed, seed % 4 < 2 ? CrashOptions.Redo : CrashOptions.ShortRedo, Rounds) > 50);
}
