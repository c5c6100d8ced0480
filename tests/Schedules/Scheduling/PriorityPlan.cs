namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>
/// Of the threads that can run the one of highest priority runs; at a few moments the running one
/// becomes the last. So a race that needs d changes in the right places is met by chance often
/// (Burckhardt and others, "A Randomized Scheduler with Probabilistic Guarantees").
/// </summary>
internal sealed class PriorityPlan : SwitchPlan
{
    private readonly Random _random;
    private readonly HashSet<int> _steps = [];
    private readonly HashSet<(string Place, int Visit)> _visits = [];
    private readonly Dictionary<string, int> _visited = [];
    private int _step;
    private int _lowest;

    private PriorityPlan(Random random) => _random = random;

    /// <summary>Changes after any number of places.</summary>
    public static PriorityPlan AtSteps(Random random, PlaceProfile profile, int changes)
    {
        PriorityPlan plan = new(random);
        for (; changes > 0; changes--) plan._steps.Add(random.Next(profile.Steps) + 1);
        return plan;
    }

    /// <summary>
    /// Changes at visits of places: one that is seldom reached is as likely as any.
    /// </summary>
    public static PriorityPlan AtPlaces(Random random, PlaceProfile profile, int changes)
    {
        PriorityPlan plan = new(random);
        for (; changes > 0; changes--) plan._visits.Add(profile.Draw(random));
        return plan;
    }

    public override void Add(Actor actor) => actor.Priority = _random.Next(1, int.MaxValue);

    public override Actor? Next(List<Actor> actors, Actor? current, string place)
    {
        if (current is not null && IsChange(place)) current.Priority = --_lowest;
        Actor? best = current;
        foreach (Actor actor in actors)
            if ((best is null || actor.Priority > best.Priority) && actor.CanRun) best = actor;
        return best;
    }

    private bool IsChange(string place)
    {
        if (_steps.Count > 0) return _steps.Contains(++_step);
        int visit = _visited.GetValueOrDefault(place) + 1;
        _visited[place] = visit;
        return _visits.Contains((place, visit));
    }
}
