using KvCow.Tests.Schedules.Scheduling;

namespace KvCow.Tests.Schedules.Scenarios;

/// <summary>The races that the schedules go through.</summary>
internal static class AllScenarios
{
    public static readonly Scenario[] List =
    [
        new("begin read against publish", SnapshotScenarios.Begin),
        new("end read against release", SnapshotScenarios.End),
        new("writers that share flushes", CommitScenarios.Group),
        new("commits that the redo log tells", CommitScenarios.Told),
        new("pages written beside commits", CommitScenarios.PagesBeside),
        new("calls done in batches", BatchScenario.Build),
        new("a flush that fails", CommitScenarios.FailedFlush),
        new("the writer's turn", TurnScenario.Build),
        new("cache: readers", CacheScenarios.Readers),
        new("cache: writer", CacheScenarios.Writer),
        new("cache: close", CacheScenarios.Close),
        new("close against everything", CloseScenarios.Close),
        new("statistics and verify", CloseScenarios.Observe),
    ];

    public static Scenario Named(string name) => List.Single(scenario => scenario.Name == name);
}
