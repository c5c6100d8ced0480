using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>A full disk refuses a commit and nothing else.</summary>
public sealed class DiskFullTests
{
    [Theory, Seeds(20, Shared = true)]
    public void A_full_disk_still_reads_deletes_compacts_and_then_writes_again(int seed) =>
        DiskFullRun.Run(seed, rounds: 2);
}
