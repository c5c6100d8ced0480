using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>The scope of a write transaction: knows when it is good for rollback only.</summary>
internal sealed class WriteScope(PageTransaction transaction) : TransactionScope(transaction)
{
    public PageTransaction Transaction { get; } = transaction;

    public override bool IsSourceEnded => Transaction.IsEnded;

    public override int ReadExtent(
        in ExtentReference extent, long offset, Span<byte> destination) =>
        Transaction.ReadExtent(extent, offset, destination);

    /// <summary>Refuses a write before anything is touched.</summary>
    public void ThrowIfNotWritable()
    {
        ThrowIfNotLive();
        if (RunningCallbacks > 0)
        {
            throw new InvalidOperationException("A transaction cannot change while a callback "
                + "holds one of its values. Write after the callback has returned.");
        }
    }

    /// <summary>A change stopped half-way: from here on only a rollback is possible.</summary>
    public void Poison(Exception cause)
    {
        Fail(cause);
        Transaction.Poison(cause);
    }
}
