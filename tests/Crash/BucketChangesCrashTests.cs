using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

public sealed class BucketChangesCrashTests
{
    [Theory, Seeds(12, Shared = true)]
    public void Changes_of_buckets_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, BucketChanges.Apply, CrashOptions.Full);

    [Theory, Seeds(8, Shared = true)]
    public void Changes_of_buckets_with_two_flushes_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, BucketChanges.Apply, CrashOptions.Paranoid);
}
