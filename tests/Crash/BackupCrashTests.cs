using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;

namespace KvCow.Tests.Crash;

/// <summary>A crash amid a backup or a restore leaves nothing, the old or the new file.</summary>
public sealed class BackupCrashTests
{
    internal const int StatesPerSeed = 100;

    [Theory, Seeds(count: 6, Shared = true)]
    public void A_compacted_backup_and_its_restore_survive_crashes_at_every_step(int seed) =>
        Assert.True(new BackupRun(seed, BackupMode.Compacted).Run() >= StatesPerSeed);

    [Theory, Seeds(count: 6, Shared = true)]
    public void A_verbatim_backup_and_its_restore_survive_crashes_at_every_step(int seed) =>
        Assert.True(new BackupRun(seed, BackupMode.Verbatim).Run() >= StatesPerSeed);
}
