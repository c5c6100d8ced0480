namespace KvCow;

/// <summary>A cursor of a write transaction: it can delete where it stands.</summary>
public sealed class WritableCursor : Cursor
{
    internal WritableCursor(WritableBucketState bucket)
        : base(bucket)
    {
    }

    /// <summary>
    /// Deletes the entry under the cursor, which then stands between its neighbours: the next move
    /// goes to the one in its direction, and none is skipped.
    /// </summary>
    /// <exception cref="InvalidOperationException">The cursor is on no entry.</exception>
    public void Delete()
    {
        if (!IsOnEntry)
        {
            throw new InvalidOperationException(
                "The cursor is on no entry: move it to one first.");
        }

        Reader.Delete();
    }
}
