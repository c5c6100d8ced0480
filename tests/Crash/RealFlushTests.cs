using KvCow.Tests.Support;
using KvCow.Tests.Support.Processes;

namespace KvCow.Tests.Crash;

/// <summary>
/// EIO, ENOSPC, EROFS and EDQUOT in an <c>fdatasync</c> of a real process, each at another flush.
/// </summary>
public sealed class RealFlushTests
{
    [Theory, Seeds(20, Shared = true)]
    public void A_flush_that_fails_is_told_and_loses_nothing_acknowledged(int seed)
    {
        if (!RealFlushRun.IsPossible)
        {
            // Without a tracer no error can be injected: that, and nothing else, is the reason.
            Assert.False(OperatingSystem.IsLinux() && File.Exists(ChildProcess.Tracer));
            return;
        }

        RealFlushRun.Run(seed);
    }
}
