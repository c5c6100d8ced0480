namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>
/// What a scenario sets up for one schedule: its threads, and what holds at the end.
/// </summary>
internal sealed class Stage(Scheduler scheduler, Random random)
{
    private readonly List<Action> _endings = [];

    /// <summary>For what the threads do; drawn from before and inside the schedule.</summary>
    public Random Random => random;

    public void Add(string name, Action body) => scheduler.Add(name, body);

    /// <summary>Another thread may go on here, in the middle of what the test does.</summary>
    public void Pause() => scheduler.Reach("the test");

    /// <summary>Runs after all threads, if none of them failed; last added first.</summary>
    public void AtEnd(Action check) => _endings.Add(check);

    public void End()
    {
        for (int i = _endings.Count - 1; i >= 0; i--) _endings[i]();
    }
}
