namespace KvCow;

/// <summary>
/// The entries of a bucket between two keys, in one direction. Holds the spans it was made from,
/// not copies, and reads nothing before it is enumerated.
/// </summary>
public readonly ref struct EntryRange
{
    private readonly BucketState _bucket;
    private readonly ReadOnlySpan<byte> _from;
    private readonly ReadOnlySpan<byte> _to;
    private readonly bool _toEnd;
    private readonly bool _isReversed;

    internal EntryRange(BucketState bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to,
        bool toEnd, bool isReversed)
    {
        _bucket = bucket;
        _from = from;
        _to = to;
        _toEnd = toEnd;
        _isReversed = isReversed;
    }

    /// <summary>The same entries in the opposite direction.</summary>
    public EntryRange Reverse() => new(_bucket, _from, _to, _toEnd, !_isReversed);

    /// <summary>How many entries there are, in O(log n).</summary>
    /// <exception cref="HandleEndedException">The transaction has ended.</exception>
    /// <exception cref="CorruptPageException">A page on the way is damaged.</exception>
    public long Count()
    {
        Bucket bucket = new(_bucket);
        return _toEnd
            ? bucket.Count - bucket.Rank(_from)
            : bucket.CountRange(_from, _to);
    }

    /// <summary>The first entry of the range in its direction, copied; null if none.</summary>
    public Entry? First()
    {
        using EntryEnumerator entries = GetEnumerator();
        return entries.MoveNext() ? entries.Current.ToEntry() : null;
    }

    /// <summary>Enumerates; <c>foreach</c> finds it by its shape.</summary>
    public EntryEnumerator GetEnumerator() => new(_bucket, _from, _to, _toEnd, _isReversed);
}
