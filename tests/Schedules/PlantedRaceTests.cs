using System.Reflection;
using KvCow.Engine;
using KvCow.Tests.Schedules.Scenarios;
using KvCow.Tests.Schedules.Scheduling;
using KvCow.Tests.Support;

namespace KvCow.Tests.Schedules;

/// <summary>
/// Each planted race is caught by the schedules that find nothing without it, within as many as
/// <see cref="ScheduleTests"/> runs.
/// </summary>
[Collection(OneScheduleAtATime.Name)]
public sealed class PlantedRaceTests
{
    /// <summary>Which scenario is to catch it.</summary>
    private static readonly Dictionary<string, string> Catchers = new()
    {
        [nameof(PlantedRaces.SkipPinRecheck)] = "begin read against publish",
        [nameof(PlantedRaces.StopAtFirstReader)] = "end read against release",
        [nameof(PlantedRaces.SkipEpochWait)] = "cache: readers",
        [nameof(PlantedRaces.ReusePinnedFrames)] = "cache: readers",
        [nameof(PlantedRaces.ReuseHeldFrames)] = "cache: readers",
        [nameof(PlantedRaces.SkipSecondLook)] = "writers that share flushes",
        [nameof(PlantedRaces.DropLeaderHandOver)] = "writers that share flushes",
        [nameof(PlantedRaces.ReclaimShownPages)] = "commits that the redo log tells",
        [nameof(PlantedRaces.KeepCancelledPlace)] = "the writer's turn",
        [nameof(PlantedRaces.DropTurnOfFailedWait)] = "the writer's turn",
        [nameof(PlantedRaces.SkipLookAfterBegin)] = "close against everything",
        [nameof(PlantedRaces.SkipDrain)] = "close against everything",
        [nameof(PlantedRaces.ClaimBesidePages)] = "pages written beside commits",
        [nameof(PlantedRaces.PublishOutsideStructure)] = "statistics and verify",
        [nameof(PlantedRaces.SkipLookAfterBatch)] = "calls done in batches",
    };

    private static readonly PropertyInfo[] Switches =
        typeof(PlantedRaces).GetProperties(BindingFlags.Public | BindingFlags.Static);

    /// <summary>Each has its turn in one half of the gate.</summary>
    public static TheoryData<string> Names =>
        [.. Switches.Where(static (_, i) => GateHalf.Has(i)).Select(static race => race.Name)];

    [Theory, MemberData(nameof(Names))]
    public void The_schedules_catch(string race)
    {
        PropertyInfo planted = Switches.Single(candidate => candidate.Name == race);
        Scenario scenario = AllScenarios.Named(Catchers[race]);
        scenario.Forget();
        planted.SetValue(null, true);
        try
        {
            Assert.True(IsCaught(scenario), $"{race} was not caught");
        }
        finally
        {
            planted.SetValue(null, false);
            scenario.Forget();
        }
    }

    private static bool IsCaught(Scenario scenario)
    {
        for (int seed = 1; seed <= ScheduleTests.SchedulesEach; seed++)
        {
            if (Record.Exception(() => scenario.Run(seed)) is ScheduleFailedException) return true;
        }

        return false;
    }
}
