using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

public sealed class SmallChangesCrashTests
{
    [Theory, Seeds(18, Shared = true)]
    public void Small_changes_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, SmallChanges.Apply, CrashOptions.Full);

    [Theory, Seeds(12, Shared = true)]
    public void Small_changes_with_two_flushes_survive_any_crash(int seed) =>
        CrashFigures.Run(seed, SmallChanges.Apply, CrashOptions.Paranoid);
}
