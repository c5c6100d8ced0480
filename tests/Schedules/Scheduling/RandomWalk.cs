namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>Changes to any thread with the same chance at each place.</summary>
internal sealed class RandomWalk(Random random, double switches) : SwitchPlan
{
    private readonly List<Actor> _able = [];

    public override Actor? Next(List<Actor> actors, Actor? current, string place)
    {
        if (current is not null && random.NextDouble() >= switches) return current;
        _able.Clear();
        foreach (Actor actor in actors)
            if (actor.CanRun) _able.Add(actor);
        return _able.Count == 0 ? null : _able[random.Next(_able.Count)];
    }
}
