using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <content>What the redo log tells of it.</content>
internal sealed partial class PageTransaction
{
    /// <summary>What it does, told by the layer above as it goes.</summary>
    public RedoRecord Redo { get; } = new();

    /// <summary>
    /// Shows the change without a write: it does again, in memory, what is durable in the redo log.
    /// </summary>
    public void ShowRedone(PageReference catalogRoot)
    {
        ThrowIfUnusable();
        try
        {
            _queue.ShowRedone(new PageChange(
                Birth, catalogRoot, _dirty, _levels.Freed, _base.Pages + _levels.Counts));
        }
        finally
        {
            End(null);
        }
    }
}
