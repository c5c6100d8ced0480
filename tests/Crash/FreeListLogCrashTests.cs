using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>
/// Histories in which the free list often spills into its log and into checkpoints.
/// </summary>
public sealed class FreeListLogCrashTests
{
    [Theory, Seeds(12, Shared = true)]
    public void Small_changes_with_a_short_log_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, SmallChanges.Apply, CrashOptions.ShortLog);

    [Theory, Seeds(5, Shared = true)]
    public void Changes_of_buckets_with_a_short_log_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, BucketChanges.Apply, CrashOptions.ShortLog);

    [Theory, Seeds(3, Shared = true)]
    public void Long_values_with_a_short_log_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, LargeChanges.Apply, CrashOptions.ShortLog);
}
