namespace KvCow;

/// <summary>The entries of a bucket in the order of their keys: unsigned bytes.</summary>
/// <remarks>
/// Members throw <see cref="HandleEndedException"/> after the end of the transaction or the delete
/// of the bucket, and <see cref="CorruptPageException"/> when a page on their way is damaged. A
/// bucket serves one thread at a time, with all else of its transaction.
/// </remarks>
public abstract class OrderedEntries
{
    private readonly BucketState _state;
    private readonly int _part;

    private protected OrderedEntries(BucketState state)
    {
        _state = state;
        _part = state.Scope.Part;
    }

    /// <summary>How many entries there are. Takes no time: the tree keeps count.</summary>
    public long Count
    {
        get
        {
            State.ThrowIfEnded();
            return (long)State.Entries.Count;
        }
    }

    private protected BucketState State =>
        _state.Scope.Part == _part ? _state : throw Ended.Transaction();

    /// <summary>The entry with the least key, copied; null if there is none.</summary>
    public Entry? Min() => Find(CursorMove.First);

    /// <summary>The entry with the greatest key, copied; null if there is none.</summary>
    public Entry? Max() => Find(CursorMove.Last);

    /// <summary>The first entry with a key above <paramref name="key"/>; null if none.</summary>
    public Entry? Above(ReadOnlySpan<byte> key) => Find(KeyRelation.Above, key);

    /// <summary>The last entry with a key below <paramref name="key"/>; null if none.</summary>
    public Entry? Below(ReadOnlySpan<byte> key) => Find(KeyRelation.Below, key);

    /// <summary>The last entry with a key at or below the key; null if none.</summary>
    public Entry? Floor(ReadOnlySpan<byte> key) => Find(KeyRelation.AtOrBelow, key);

    /// <summary>The first entry with a key at or above the key; null if none.</summary>
    public Entry? Ceiling(ReadOnlySpan<byte> key) => Find(KeyRelation.AtOrAbove, key);

    /// <summary>The count of keys below <paramref name="key"/>, in O(log n).</summary>
    public long Rank(ReadOnlySpan<byte> key)
    {
        try
        {
            State.Enter();
            ulong rank = State.Entries.Rank(key);
            State.Exit();
            return (long)rank;
        }
        catch (CorruptPageException e) when (e.Bucket is null)
        {
            throw State.Locate(e);
        }
    }

    /// <summary>
    /// The count of keys from <paramref name="from"/> (inclusive) to <paramref name="to"/>
    /// (exclusive), in O(log n); 0 if the bounds are the wrong way round.
    /// </summary>
    public long CountRange(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        Math.Max(0, Rank(to) - Rank(from));

    /// <summary>
    /// The entry with <paramref name="index"/> keys before it, copied, in O(log n).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The index is below 0, or not below <see cref="Count"/>.
    /// </exception>
    public Entry ElementAt(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        using EntryReader reader = new(State);
        return reader.MoveToIndex(index)
            ? reader.CopyAt(reader.StepCount)
            : throw State.Corrupt(State.Entries, "its count of entries is wrong");
    }

    /// <summary>
    /// Keys from <paramref name="from"/> (inclusive) to <paramref name="to"/> (exclusive).
    /// </summary>
    public EntryRange Range(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        new(State, from, to, toEnd: false, isReversed: false);

    /// <summary>Keys from <paramref name="from"/> (inclusive) to the last.</summary>
    public EntryRange From(ReadOnlySpan<byte> from) =>
        new(State, from, default, toEnd: true, isReversed: false);

    /// <summary>Keys from the first to <paramref name="to"/> (exclusive).</summary>
    public EntryRange To(ReadOnlySpan<byte> to) => Range(default, to);

    /// <summary>Keys that begin with <paramref name="prefix"/>; all keys if it is empty.</summary>
    public EntryRange Prefix(ReadOnlySpan<byte> prefix)
    {
        byte[]? to = PrefixBound.After(prefix);
        return new(State, prefix, to, toEnd: to is null, isReversed: false);
    }

    /// <summary>All entries, from the greatest key down.</summary>
    public EntryRange Reverse() => From(default).Reverse();

    /// <summary>
    /// Enumerates all entries from the least key up; <c>foreach</c> finds it by its shape. Nothing
    /// is allocated per step.
    /// </summary>
    public EntryEnumerator GetEnumerator() => From(default).GetEnumerator();

    private Entry? Find(CursorMove move)
    {
        using EntryReader reader = new(State);
        return reader.Move(move) ? reader.CopyAt(reader.StepCount) : null;
    }

    private Entry? Find(KeyRelation relation, ReadOnlySpan<byte> key)
    {
        using EntryReader reader = new(State);
        return reader.Seek(relation, key) ? reader.CopyAt(reader.StepCount) : null;
    }
}
