using KvCow.Tests.Crash.Child;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Crash;

/// <summary>
/// System calls of a real process that fail where no simulation reaches: each failure is told or
/// does no harm, and what was acknowledged is there afterwards.
/// </summary>
public sealed class RealErrorTests
{
    private const int ToldExitCode = 4;

    [Theory]
    [InlineData("statx", "EIO", 1)] // The look whether there is a file.
    [InlineData("statx", "EIO", 3)] // What has been opened.
    [InlineData("rename", "EIO", 1)]
    public void An_error_while_the_file_is_made_is_told(string call, string error, int number)
    {
        if (!CanInject()) return;
        using TemporaryFolder folder = new();
        string path = folder.FileNamed("failing.kvcow");
        using ChildProcess child =
            ChildProcess.StartToFailAt(path, call, number, error, folder.FileNamed("trace"));
        Assert.Equal(0, child.ReadAcknowledged(int.MaxValue));
        Assert.Equal(ToldExitCode, child.WaitForEnd());
        Assert.Contains("(INJECTED)", File.ReadAllText(folder.FileNamed("trace")),
            StringComparison.Ordinal);
        Assert.Equal(0, RecordCheck.Run(path));
    }

    [Theory]
    [InlineData("statx", 9)]
    [InlineData("statx", 20)]
    [InlineData("unlink", 1)]
    [InlineData("sync_file_range", 1)] // Pages written beside the commits.
    [InlineData("sync_file_range", 2)]
    public void An_error_later_on_loses_nothing_acknowledged(string call, int number)
    {
        if (!CanInject()) return;
        using TemporaryFolder folder = new();
        string path = folder.FileNamed("failing.kvcow");
        using ChildProcess child =
            ChildProcess.StartToFailAt(path, call, number, "EIO", folder.FileNamed("trace"));
        int acknowledged = child.ReadAcknowledged(int.MaxValue);
        Assert.Contains(child.WaitForEnd(), (int[])[0, ToldExitCode]);
        Assert.InRange(RecordCheck.Run(path), acknowledged, acknowledged + 1);
    }

    [Theory]
    [InlineData("pwrite64")]
    [InlineData("pwritev")]
    public void A_write_that_takes_no_byte_is_told_and_not_tried_for_ever(string call)
    {
        if (!CanInject()) return;
        using TemporaryFolder folder = new();
        string path = folder.FileNamed("stuck.kvcow");
        using ChildProcess child =
            ChildProcess.StartToTransferNothing(path, call, folder.FileNamed("trace"));
        int acknowledged = child.ReadAcknowledged(int.MaxValue);
        Assert.Equal(ToldExitCode, child.WaitForEnd());
        Assert.InRange(RecordCheck.Run(path), acknowledged, acknowledged + 1);
    }

    [Theory]
    [InlineData("pwrite64")]
    [InlineData("pwritev")]
    [InlineData("flock")]
    public void A_call_that_is_interrupted_is_made_again(string call)
    {
        if (!CanInject()) return;
        using TemporaryFolder folder = new();
        string path = folder.FileNamed("interrupted.kvcow");
        using ChildProcess child =
            ChildProcess.StartToFailAt(path, call, 1, "EINTR", folder.FileNamed("trace"));
        int acknowledged = child.ReadAcknowledged(int.MaxValue);
        Assert.Equal(0, child.WaitForEnd());
        Assert.Contains("(INJECTED)", File.ReadAllText(folder.FileNamed("trace")),
            StringComparison.Ordinal);
        Assert.Equal(acknowledged, RecordCheck.Run(path));
    }

    /// <summary>Without a tracer no error can be injected: that, and nothing else.</summary>
    private static bool CanInject()
    {
        if (ChildProcess.CanKillAtCalls) return true;
        Assert.False(OperatingSystem.IsLinux() && File.Exists(ChildProcess.Tracer));
        return false;
    }
}
