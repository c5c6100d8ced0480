using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>What opening found: the commit to go on from, and its free pages.</summary>
internal sealed record Recovered(
    PageFile File, MetaPage Meta, FreeMap Free, List<PageRun>? CheckpointRuns);
