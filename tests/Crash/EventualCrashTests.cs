using KvCow.Engine;
using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Crash;

/// <summary>
/// Commits that return before they are flushed: a crash loses only the last of them, and whole
/// ones.
/// </summary>
public sealed class EventualCrashTests
{
    private const int Steps = 60;

    [Theory, Seeds(10, Shared = true)]
    public void Small_eventual_commits_leave_a_prefix(int seed) =>
        Run(seed, SmallChanges.Apply, Options(seed));

    [Theory, Seeds(10, Shared = true)]
    public void Eventual_changes_of_buckets_leave_a_prefix(int seed) =>
        Run(seed, BucketChanges.Apply, Options(seed));

    [Theory, Seeds(10, Shared = true)]
    public void Eventual_long_values_and_growth_leave_a_prefix(int seed) =>
        Run(seed, LargeChanges.Apply, Options(seed));

    [Theory, Seeds(20, Shared = true)]
    public void After_a_failed_flush_of_eventual_commits_only_reopening_decides(int seed)
    {
        // A long value of a commit that is not durable lies in the file alone: where a failed flush
        // takes it back, reading it is refused, and nothing is left to compare.
        Workload workload = seed % 3 == 0 ? LargeChanges.Apply : SmallChanges.Apply;
        FileSystemModel model = seed % 6 is 2 or 4 ? FileSystemModel.Btrfs : FileSystemModel.Ext4;
        using EventualRun run = new(seed, workload, Options(seed), model);
        run.Run(10);
        int lost = run.FailFlush();
        Exception? told = Record.Exception(run.Database.Dispose);
        Assert.Equal(lost > 0, told is DatabaseFailedException);

        run.Disk.Observer = null;
        run.Disk.Faults.Clear();
        run.History.Crash(run.Disk, 12);
        int found = run.History.Find(run.Disk);
        // What opening shows once stays.
        run.History.Allow(found, found);
        run.History.Crash(run.Disk, 12);
    }

    private static void Run(int seed, Workload workload, StoreOptions options)
    {
        using EventualRun run = new(seed, workload, options);
        run.Run(Steps);
        run.Close();
        Assert.True(run.History.StateCount > Steps);
    }

    private static StoreOptions Options(int seed) => (seed % 5) switch
    {
        0 => CrashOptions.ShortLog,
        1 => CrashOptions.Full,
        2 => CrashOptions.Redo,
        3 => CrashOptions.ShortRedo,
        _ => CrashOptions.Full with { CacheBytes = 4 << 20 },
    };
}
