using KvCow.Tests.Support;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Crash;

/// <summary>Real file systems, for root: a full tmpfs, an ext4 that loses its power.</summary>
public sealed class RealDiskTests
{
    [Fact]
    public void A_tmpfs_of_one_megabyte_is_filled_emptied_and_filled() =>
        AssertDoneOrImpossible(RealScript.Run("small-disk.sh", "1m", "3"));

    [Theory, Seeds(2, Shared = true)]
    public void An_ext4_that_loses_its_power_keeps_what_was_acknowledged(int seed) =>
        AssertDoneOrImpossible(RealScript.Run("power-cut.sh", $"{seed}", "4"));

    /// <summary>Only these reasons count: no root, mount, loop device or tool.</summary>
    private static void AssertDoneOrImpossible(string? reason)
    {
        if (reason is null) return;
        Assert.Matches("^cannot: (not root|no mount|no loop device|no mkfs.ext4)", reason);
        if (reason.Contains("not root", StringComparison.Ordinal))
            Assert.NotEqual("root", Environment.UserName);
    }
}
