using System.Globalization;
using System.Text.RegularExpressions;
using KvCow.Tests.Schedules.Scenarios;
using KvCow.Tests.Schedules.Scheduling;
using KvCow.Tests.Support;

namespace KvCow.Tests.Schedules;

/// <summary>
/// Deterministic schedules over the engine's races. KVCOW_SCHEDULES sets how many there are in all
/// scenarios together; KVCOW_SCHEDULE repeats one of them in each. The two halves of the gate share
/// them.
/// </summary>
[Collection(OneScheduleAtATime.Name)]
public sealed partial class ScheduleTests
{
    /// <summary>Of each scenario: 10,000 in all.</summary>
    public const int SchedulesEach = 1_000;

    public static TheoryData<string> Names =>
        [.. AllScenarios.List.Select(static scenario => scenario.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Every_schedule_holds(string name)
    {
        Scenario scenario = AllScenarios.Named(name);
        if (Number("KVCOW_SCHEDULE") is int one)
        {
            scenario.Run(one);
            return;
        }

        int count = Number("KVCOW_SCHEDULES") is int all
            ? all / AllScenarios.List.Length
            : SchedulesEach;
        int[] seeds = [.. Enumerable.Range(1, count).Where(GateHalf.Has)];
        HashSet<ulong> orders = [.. seeds.Select(seed => scenario.Run(seed))];

        // They are what they are meant to be: different orders of events.
        Assert.True(orders.Count > Math.Min(seeds.Length, 1_000) / 3,
            $"{orders.Count} of {seeds.Length}");
    }

    [Theory, MemberData(nameof(Names))]
    public void A_seed_repeats_its_schedule(string name)
    {
        Scenario scenario = AllScenarios.Named(name);
        for (int seed = 1; seed <= 10; seed++)
        {
            ulong first = scenario.Run(seed);
            Assert.Equal(first, scenario.Run(seed));
        }
    }

    [Fact]
    public void Every_place_of_the_engine_is_reached()
    {
        PlaceProfile visited = new(runs: 1);
        foreach (Scenario scenario in AllScenarios.List)
            for (int seed = 1; seed <= 50; seed++) scenario.Run(seed, visited);
        string[] named = [.. Repository.Sources("src")
            .SelectMany(static file => file.Lines)
            .Select(static line => NamedPlace().Match(line))
            .Where(static match => match.Success)
            .Select(static match => match.Groups[1].Value)];
        Assert.True(named.Length > 20);
        Assert.Empty(named.Except(visited.Places));
    }

    [Fact]
    public void There_are_ten_thousand_schedules() =>
        Assert.True(AllScenarios.List.Length * SchedulesEach >= 10_000);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable),
            NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    [GeneratedRegex(@"\bSyncPoints\.Reach\(""([^""]+)""\)")]
    private static partial Regex NamedPlace();
}
