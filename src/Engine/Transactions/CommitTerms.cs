using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>How one transaction is committed.</summary>
/// <param name="Claimed">
/// The newest commit that a flush under way or done counts on: younger pages that the transaction
/// gives up need not become durable.
/// </param>
/// <param name="Durability">What its caller waits for.</param>
/// <param name="Logs">Whether its delta joins the free list's log at once.</param>
/// <param name="IsClose">True for the last commit of a clean close.</param>
internal readonly record struct CommitTerms(
    TransactionId Claimed, Durability Durability, bool Logs = true, bool IsClose = false)
{
    /// <summary>
    /// The newest commit that anybody can read, or soon will: younger pages that the transaction
    /// gives up are nobody's.
    /// </summary>
    public required TransactionId Visible { get; init; }

    /// <summary>Its pages stay in memory until a meta page needs them.</summary>
    public bool Holds { get; init; }
}
