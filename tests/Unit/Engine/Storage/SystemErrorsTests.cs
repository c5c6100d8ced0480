using KvCow.Engine.Storage;

namespace KvCow.Tests.Unit.Engine.Storage;

/// <summary>The numbers as the systems' headers have them.</summary>
public sealed class SystemErrorsTests
{
    [Theory]
    [InlineData("ENOSPC", 28, 28)]
    [InlineData("EFBIG", 27, 27)]
    [InlineData("EDQUOT", 122, 69)]
    public void A_full_disk_is_known_by_its_numbers(string name, int linux, int mac)
    {
        Assert.True(SystemErrors.Linux.IsFull(linux), name);
        Assert.True(SystemErrors.MacOs.IsFull(mac), name);
        Assert.Equal(linux == mac, SystemErrors.MacOs.IsFull(linux));
        Assert.Equal(linux == mac, SystemErrors.Linux.IsFull(mac));
        Assert.False(SystemErrors.Linux.IsMissing(linux) || SystemErrors.Linux.IsLocked(linux));
    }

    [Fact]
    public void Windows_has_numbers_of_its_own()
    {
        Assert.All((int[])[112, 39, 1295, 223],
            error => Assert.True(SystemErrors.Windows.IsFull(error)));
        Assert.All((int[])[2, 3], error => Assert.True(SystemErrors.Windows.IsMissing(error)));
        Assert.True(SystemErrors.Windows.IsLocked(33));
        // 4 is ERROR_TOO_MANY_OPEN_FILES there: to try again would be no help.
        Assert.False(SystemErrors.Windows.IsInterrupted(4));
    }

    [Fact]
    public void A_lock_that_is_held_an_interruption_and_a_missing_file_are_told_apart()
    {
        Assert.True(SystemErrors.Linux.IsLocked(11) && SystemErrors.MacOs.IsLocked(35));
        Assert.False(SystemErrors.Linux.IsLocked(35) || SystemErrors.MacOs.IsLocked(11));
        foreach (SystemErrors unix in (SystemErrors[])[SystemErrors.Linux, SystemErrors.MacOs])
        {
            Assert.True(unix.IsInterrupted(4) && unix.IsMissing(2));
            Assert.False(unix.IsInterrupted(2) || unix.IsMissing(4) || unix.IsMissing(3));
        }
    }
}
