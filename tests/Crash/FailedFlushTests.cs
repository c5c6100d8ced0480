using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Crash;

/// <summary>A flush that fails leaves the outcome open, and nothing else.</summary>
public sealed class FailedFlushTests
{
    internal const int StatesPerSeed = 140;

    private const int Rounds = 6;

    [Theory, Seeds(25, Shared = true)]
    public void After_a_failed_flush_on_ext4_only_reopening_decides(int seed) =>
        Run(seed, FileSystemModel.Ext4, SmallChanges.Apply);

    [Theory, Seeds(25, Shared = true)]
    public void After_a_failed_flush_on_btrfs_only_reopening_decides(int seed) =>
        Run(seed, FileSystemModel.Btrfs, BucketChanges.Apply);

    [Theory, Seeds(25, Shared = true)]
    public void After_a_failed_flush_of_long_values_only_reopening_decides(int seed) =>
        Run(seed, seed % 4 < 2 ? FileSystemModel.Ext4 : FileSystemModel.Btrfs, LargeChanges.Apply);

    private static void Run(int seed, FileSystemModel model, Workload workload)
    {
        FailedFlushRun run = new(seed, model, workload);
        run.Run(Rounds, StatesPerSeed);
        Assert.True(run.FailureCount >= Rounds / 3);
        Assert.True(run.StateCount >= StatesPerSeed);
    }
}
