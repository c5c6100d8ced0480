namespace KvCow;

/// <summary>
/// A place in a bucket that moves both ways. Begins before the first entry. Holds one page pinned:
/// dispose it. It ends with its transaction.
/// </summary>
/// <remarks>
/// A move that finds no entry returns false and leaves the cursor at that end, from where the
/// opposite move comes back. Every move throws <see cref="HandleEndedException"/> after the end of
/// the cursor, its transaction or its bucket, and <see cref="CorruptPageException"/> when a page on
/// the way is damaged. In a write transaction the cursor keeps its place while the bucket changes;
/// spans taken from it before the change are dead.
/// </remarks>
public class Cursor : IDisposable
{
    private bool _isPlaced;

    internal Cursor(BucketState bucket) => Reader = new EntryReader(bucket);

    /// <summary>True on an entry.</summary>
    public bool IsOnEntry => Reader.IsOnEntry;

    /// <summary>The entry under the cursor, until the next move.</summary>
    /// <exception cref="InvalidOperationException">The cursor is on no entry.</exception>
    public EntryView Current => IsOnEntry
        ? new EntryView(Reader)
        : throw new InvalidOperationException("The cursor is on no entry: move it to one first.");

    /// <summary>The key under the cursor, valid until the next move.</summary>
    /// <exception cref="InvalidOperationException">The cursor is on no entry.</exception>
    public ReadOnlySpan<byte> Key => Reader.KeyAt(Reader.StepCount);

    /// <summary>The value under the cursor, valid until the next move.</summary>
    /// <exception cref="InvalidOperationException">The cursor is on no entry.</exception>
    public ReadOnlySpan<byte> Value => Reader.ValueAt(Reader.StepCount);

    private protected EntryReader Reader { get; }

    /// <summary>To the least key.</summary>
    public bool MoveToFirst() => Move(CursorMove.First);

    /// <summary>To the greatest key.</summary>
    public bool MoveToLast() => Move(CursorMove.Last);

    /// <summary>To the key just after; from before the first entry, to that.</summary>
    public bool MoveNext() => _isPlaced ? Reader.Step(1) : Move(CursorMove.First);

    /// <summary>To the key just before; from after the last entry, to that.</summary>
    public bool MovePrevious()
    {
        if (_isPlaced) return Reader.Step(-1);
        Reader.ThrowIfEnded();
        return false;
    }

    /// <summary>To exactly this key. Otherwise false, and the cursor as after a ceiling.</summary>
    public bool SeekExact(ReadOnlySpan<byte> key) =>
        SeekCeiling(key) && Key.SequenceEqual(key);

    /// <summary>To the first key at or above <paramref name="key"/>.</summary>
    public bool SeekCeiling(ReadOnlySpan<byte> key) => Seek(KeyRelation.AtOrAbove, key);

    /// <summary>To the first key above <paramref name="key"/>.</summary>
    public bool SeekAbove(ReadOnlySpan<byte> key) => Seek(KeyRelation.Above, key);

    /// <summary>To the last key at or below <paramref name="key"/>.</summary>
    public bool SeekFloor(ReadOnlySpan<byte> key) => Seek(KeyRelation.AtOrBelow, key);

    /// <summary>To the last key below <paramref name="key"/>.</summary>
    public bool SeekBelow(ReadOnlySpan<byte> key) => Seek(KeyRelation.Below, key);

    /// <summary>To the entry with <paramref name="index"/> keys before it, in O(log n).</summary>
    public bool MoveToIndex(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        _isPlaced = true;
        return Reader.MoveToIndex(index);
    }

    /// <summary>Gives the pinned page back.</summary>
    public void Dispose()
    {
        Reader.Dispose();
        GC.SuppressFinalize(this);
    }

    private bool Move(CursorMove move)
    {
        _isPlaced = true;
        return Reader.Move(move);
    }

    private bool Seek(KeyRelation relation, ReadOnlySpan<byte> key)
    {
        _isPlaced = true;
        return Reader.Seek(relation, key);
    }
}
