using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

public sealed class LargeChangesCrashTests
{
    [Theory, Seeds(6, Shared = true)]
    public void Long_values_that_come_and_go_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, LargeChanges.Apply, CrashOptions.Full);

    [Theory, Seeds(4, Shared = true)]
    public void Long_values_that_come_and_go_with_two_flushes_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, LargeChanges.Apply, CrashOptions.Paranoid);
}
