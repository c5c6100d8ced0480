using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>A full disk refuses a commit and nothing else.</summary>
public sealed class DiskFullTests
{
    [Theory, Seeds(20, Shared = true)]
    public void A_full_disk_still_reads_deletes_compacts_and_then_writes_again(int seed) =>
        DiskFullRun.Run(seed, rounds: 2);

    /// <summary>Found by the campaign, and put right.</summary>
    [Theory]
    [InlineData(114)] // Verify was refused; after the next commit it is not.
    [InlineData(159)] // A commit that was refused came back when there was room again.
    public void A_disk_that_once_failed_no_longer_does(int seed) => DiskFullRun.Run(seed, 4);
}
