namespace KvCow.Tests.Schedules.Scheduling;

/// <summary>Chooses at each place which thread goes on. Every choice comes from one seed.</summary>
internal abstract class SwitchPlan
{
    /// <summary>Called for each thread, in the order of their begin.</summary>
    public virtual void Add(Actor actor)
    {
    }

    /// <summary>
    /// The thread to go on: the current one, or another that can run; null if none can.
    /// </summary>
    /// <param name="actors">All threads of the schedule.</param>
    /// <param name="current">The one that asks; null if it has ended or has to wait.</param>
    /// <param name="place">Where the current one is.</param>
    public abstract Actor? Next(List<Actor> actors, Actor? current, string place);

    /// <summary>The plan of a seed, with places and their number from a run before.</summary>
    public static SwitchPlan Of(Random random, PlaceProfile profile) => random.Next(4) switch
    {
        0 => new RandomWalk(random, 1.0 / (1 << random.Next(2, 6))),
        1 => PriorityPlan.AtSteps(random, profile, random.Next(1, 5)),
        _ => PriorityPlan.AtPlaces(random, profile, random.Next(1, 4)),
    };
}
