using KvCow.Tests.Support;
using KvCow.Tests.Support.Crash;
using KvCow.Tests.Support.SimulatedStorage;

namespace KvCow.Tests.Crash;

public sealed class CompactionCrashTests
{
    internal const int StatesPerSeed = 100;

    [Theory, Seeds(16, Shared = true)]
    public void A_compaction_survives_any_crash(int seed)
    {
        CompactionRun run = new(seed, CrashOptions.InTurn(seed));
        run.Run();
        Assert.True(run.StateCount >= StatesPerSeed, $"{run.StateCount} states");
        Assert.True(run.BytesMoved > 0);
        Assert.True(run.Excess < 2, $"the file is {run.Excess} times the live pages");
    }

    [Theory, Seeds(8, Shared = true)]
    public void A_compaction_in_the_background_survives_any_crash_and_ends(int seed)
    {
        BackgroundCompactionRun run =
            new(seed, CrashOptions.InTurn(seed));
        run.Run();
        Assert.True(run.StateCount >= 40, $"{run.StateCount} states");
        Assert.True(run.Figures!.BytesMoved > 0);
    }

    [Theory, Seeds(3)]
    public void A_full_disk_is_compacted_within_the_room_there_is(int seed)
    {
        Random random = new(seed);
        SimulatedDisk disk = new() { CapacityBytes = 3 << 20 };
        using Database database = Database.Open(disk.OpenStorage(), CrashOptions.Full);
        ModelBucket content = CompactionContent.Fill(database, random);
        // The smallest disk that holds it: not a page more is to be had.
        disk.CapacityBytes = disk.LengthOf("") + disk.LengthOf(".pending");
        content = CompactionContent.DeleteMost(database, content, random);
        long before = disk.LengthOf("");
        CompactionResult result = database.Compact();
        Assert.Equal(CompactionEnd.Done, result.End);
        Assert.True(disk.LengthOf("") < before);
        new Expectation(content).Identify(database);
        CrashOracle.AssertSound(database);
    }
}
