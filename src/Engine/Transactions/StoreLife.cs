namespace KvCow.Engine.Transactions;

/// <summary>
/// Whether a store has been closed, in a place of its own: its handles ask at every step.
/// </summary>
internal sealed class StoreLife
{
    private volatile bool _isOver;

    /// <summary>Set once by close; operations begun later are refused.</summary>
    public bool IsOver => _isOver;

    public void End() => _isOver = true;
}
