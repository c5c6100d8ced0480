namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>Threads that race for something; each seed is another order of events.</summary>
internal sealed class Scenario(string name, Action<Stage> build)
{
    private const int MeasuredRuns = 5;

    private PlaceProfile? _profile;

    public string Name => name;

    /// <summary>Runs one schedule; throws when something does not hold.</summary>
    /// <returns>What tells its order of events from others.</returns>
    /// <param name="seed">Every choice follows from it.</param>
    /// <param name="visited">Notes the places that are reached; may be null.</param>
    public ulong Run(int seed, PlaceProfile? visited = null)
    {
        PlaceProfile profile = _profile ??= Measure();
        Random random = new(seed);
        return Run(seed, random, SwitchPlan.Of(random, profile), visited);
    }

    /// <summary>Forgets the places seen: with a planted bug they may be others.</summary>
    public void Forget() => _profile = null;

    private PlaceProfile Measure()
    {
        PlaceProfile profile = new(MeasuredRuns);
        for (int run = 1; run <= MeasuredRuns; run++)
        {
            int seed = -run;
            Run(seed, new Random(seed), new RandomWalk(new Random(seed), switches: 0), profile);
        }

        return profile;
    }

    private ulong Run(int seed, Random random, SwitchPlan plan, PlaceProfile? profile)
    {
        Scheduler scheduler = new(plan, profile);
        Stage stage = new(scheduler, random);
        build(stage);
        Exception? failure = scheduler.Run();
        try
        {
            if (failure is null) stage.End();
        }
        catch (Exception atEnd)
        {
            failure = atEnd;
        }

        if (failure is null) return scheduler.Fingerprint;
        throw new ScheduleFailedException(name, seed, scheduler.Trace, failure);
    }
}
