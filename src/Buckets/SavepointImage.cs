using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>All buckets of a write transaction in use when a savepoint was made.</summary>
/// <remarks>
/// Buckets first used later are found again by the place they were loaded from, which is where they
/// were at the savepoint: moving a bucket loads it. Those made later do not exist any more after a
/// rollback.
/// </remarks>
internal sealed class SavepointImage(WritableBucketState top, int level, int redoLength)
{
    private readonly List<BucketImage> _buckets =
        BucketRecords.TopDown(top).ConvertAll(static state => state.Capture());

    // In the order of their loading, so that parents come before children.
    private readonly List<(WritableBucketState State, WritableBucketState Parent, byte[] Name)>
        _loaded = [];

    public int Level => level;

    /// <summary>How much the redo log had been told.</summary>
    public int RedoLength => redoLength;

    /// <summary>The trees as they were, which share pages with those of today.</summary>
    public IEnumerable<SpillRoot> Roots => _buckets.SelectMany(static bucket => new SpillRoot[]
    {
        new(bucket.Entries, InCatalog: false),
        new(bucket.Catalog, InCatalog: true),
    });

    public void AddLoaded(WritableBucketState state, WritableBucketState parent, byte[] name) =>
        _loaded.Add((state, parent, name));

    /// <summary>What an inner savepoint knew is this one's to know.</summary>
    public void TakeOver(SavepointImage inner) => _loaded.AddRange(inner._loaded);

    /// <summary>Puts all buckets back, after the pages made since are gone.</summary>
    public void Restore()
    {
        foreach (WritableBucketState state in BucketRecords.TopDown(top)) state.Leave();
        foreach (BucketImage bucket in _buckets) bucket.State.Restore(bucket);
        foreach (BucketImage bucket in _buckets) bucket.State.Join();
        foreach ((WritableBucketState state, WritableBucketState parent, byte[] name) in _loaded)
        {
            if (!parent.IsDeleted && parent.TryRead(name, out BucketRecord record))
                state.Reload(parent, name, record);
        }
    }
}
