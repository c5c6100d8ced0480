namespace KvCow.Tests.Schedules;

/// <summary>The scheduler and the planted races are static: no two tests at a time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneScheduleAtATime
{
    public const string Name = "one schedule at a time";
}
