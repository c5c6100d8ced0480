using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>The open savepoints of a write transaction, outermost first.</summary>
internal sealed class SavepointStack(WriteScope scope)
{
    private readonly List<SavepointImage> _images = [];

    /// <summary>The trees that they keep.</summary>
    public IEnumerable<SpillRoot> Roots => _images.SelectMany(static image => image.Roots);

    public bool IsOpen(SavepointImage image) => _images.Contains(image);

    public SavepointImage Begin(WritableBucketState top)
    {
        SavepointImage image = new(
            top, scope.Transaction.Levels.Begin(), scope.Redo.Length);
        _images.Add(image);
        return image;
    }

    public void Release(SavepointImage image)
    {
        int index = IndexOf(image);
        scope.Transaction.Levels.Release(image.Level);
        if (index > 0) MergeFrom(index, _images[index - 1]);
        _images.RemoveRange(index, _images.Count - index);
    }

    /// <summary>Releases a savepoint and those made after it; null: all there are.</summary>
    public void ReleaseFrom(SavepointImage? image)
    {
        image ??= _images.Count > 0 ? _images[0] : null;
        if (image is not null) Release(image);
    }

    public void Rollback(SavepointImage image)
    {
        int index = IndexOf(image);
        try
        {
            scope.Transaction.Levels.Rollback(image.Level);
            scope.Redo.CutTo(image.RedoLength);
            MergeFrom(index + 1, image);
            _images.RemoveRange(index + 1, _images.Count - index - 1);
            image.Restore();
        }
        catch (Exception failure)
        {
            scope.Poison(failure);
            throw;
        }
    }

    /// <summary>A bucket is used for the first time: it was there at all savepoints.</summary>
    public void NoteLoaded(WritableBucketState state, WritableBucketState parent, byte[] name)
    {
        if (_images.Count > 0) _images[^1].AddLoaded(state, parent, name);
    }

    private void MergeFrom(int index, SavepointImage outer)
    {
        for (; index < _images.Count; index++) outer.TakeOver(_images[index]);
    }

    private int IndexOf(SavepointImage image)
    {
        int index = _images.IndexOf(image);
        return index >= 0 ? index : throw Ended.Savepoint();
    }
}
