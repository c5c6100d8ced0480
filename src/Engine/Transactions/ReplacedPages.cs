using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>The committed pages that a transaction gives up, by who may still need them.</summary>
/// <param name="Unseen">Nobody: neither a flush nor a snapshot has got at them.</param>
/// <param name="Seen">Snapshots in memory, but no flush.</param>
/// <param name="Durable">The device, until the transaction is durable; normalized.</param>
internal readonly record struct ReplacedPages(
    List<(PageRun Run, TransactionId Birth)> Unseen, List<(PageRun Run, TransactionId Birth)> Seen,
    List<PageRun> Durable);
