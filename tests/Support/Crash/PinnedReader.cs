namespace KvCow.Tests.Support.Crash;

/// <summary>A snapshot held while commits go by, and what it must show all the time.</summary>
internal sealed class PinnedReader(Database database, ModelBucket content) : IDisposable
{
    private ReadTransaction _tx = database.BeginRead();
    private ModelBucket _content = content;

    /// <summary>Checks the snapshot, lets go of it, and holds the newest.</summary>
    public void MoveOn(ModelBucket newest)
    {
        string? difference = ContentComparison.FindDifference(_tx, _content);
        if (difference is not null)
            throw new CrashFailure($"a snapshot changed while it was read: {difference}");
        _tx.Dispose();
        _tx = database.BeginRead();
        _content = newest;
    }

    public void Dispose() => _tx.Dispose();
}
