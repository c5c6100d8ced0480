using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// What opening found: the commit to go on from, its free pages, and what is to be done again.
/// </summary>
internal sealed record Recovered(
    PageFile File, MetaPage Meta, FreeMap Free, List<PageRun>? CheckpointRuns, RedoTail Redo);
