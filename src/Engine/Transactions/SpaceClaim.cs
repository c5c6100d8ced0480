using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>What a finished, not yet durable commit took and freed.</summary>
internal sealed record SpaceClaim(
    TransactionId Id, PageSet Taken, List<PageRun> Freed, IReadOnlyList<PageRun> CheckpointRuns);
