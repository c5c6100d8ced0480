using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>The scope of a write transaction: knows when it is good for rollback only.</summary>
internal sealed class WriteScope(PageTransaction transaction)
    : TransactionScope(transaction, transaction.Life)
{
    private SavepointStack? _savepoints;

    public PageTransaction Transaction { get; } = transaction;

    public RedoWriter Redo { get; } = new(transaction.Redo);

    /// <summary>The state of the transaction itself; set by it at once.</summary>
    public WritableBucketState? Top { get; set; }

    /// <summary>
    /// Above 0 while trees are named by their roots elsewhere than in their states: in a record
    /// being stored, moved or deleted. Their pages stay where they are meanwhile.
    /// </summary>
    public int NamedRoots { get; set; }

    public SavepointStack Savepoints => _savepoints ??= new SavepointStack(this);

    public override PageReference CatalogRoot => Transaction.CatalogRoot;

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

    /// <summary>
    /// Called before each change: spills pages when those changed so far fill their share.
    /// </summary>
    public void MakeRoom()
    {
        if (!Transaction.Spill.IsDue || NamedRoots > 0 || Top is null) return;
        Transaction.Spill.Run(CollectRoots(Top).Concat(Savepoints.Roots));
    }

    private static List<SpillRoot> CollectRoots(WritableBucketState top)
    {
        List<SpillRoot> roots = [];
        foreach (WritableBucketState state in BucketRecords.TopDown(top))
        {
            roots.Add(new SpillRoot(state.WritableEntries, InCatalog: false));
            roots.Add(new SpillRoot(state.WritableCatalog, InCatalog: true));
        }

        return roots;
    }
}
