namespace KvCow;

/// <summary>
/// Steps over a range of entries without allocating. Holds one page pinned until disposed, which
/// <c>foreach</c> does, also on <c>break</c>.
/// </summary>
/// <remarks>
/// In a write transaction the bucket may change between two steps: the next step goes to the next
/// key there is then, in the direction of the range.
/// </remarks>
public ref struct EntryEnumerator
{
    private readonly EntryReader _reader;
    private readonly ReadOnlySpan<byte> _from;
    private readonly ReadOnlySpan<byte> _to;
    private readonly bool _toEnd;
    private readonly bool _isReversed;

    // 1 or -1 between the first entry and the end, where steps are the same.
    private int _direction;
    private bool _isDone;

    internal EntryEnumerator(BucketState bucket, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to,
        bool toEnd, bool isReversed)
    {
        _reader = new EntryReader(bucket);
        _from = from;
        _to = to;
        _toEnd = toEnd;
        _isReversed = isReversed;
    }

    /// <summary>The entry stepped on; valid until the next step.</summary>
    public readonly EntryView Current => new(_reader);

    /// <summary>Steps on; false at the end, and from then on.</summary>
    /// <exception cref="HandleEndedException">The transaction has ended.</exception>
    /// <exception cref="CorruptPageException">A page on the way is damaged.</exception>
    public bool MoveNext()
    {
        if (_direction == 0) return !_isDone && Start();
        return (_reader.Step(_direction) && IsInside()) || End();
    }

    /// <summary>Gives the pinned page back.</summary>
    public readonly void Dispose() => _reader.Dispose();

    private bool Start()
    {
        _direction = _isReversed ? -1 : 1;
        return (MoveToStart() && IsInside()) || End();
    }

    private readonly bool MoveToStart()
    {
        if (!_isReversed)
        {
            return _from.IsEmpty
                ? _reader.Move(CursorMove.First)
                : _reader.Seek(KeyRelation.AtOrAbove, _from);
        }

        return _toEnd ? _reader.Move(CursorMove.Last) : _reader.Seek(KeyRelation.Below, _to);
    }

    private bool End()
    {
        _direction = 0;
        _isDone = true;
        return false;
    }

    private readonly bool IsInside()
    {
        if (_isReversed)
        {
            return _from.IsEmpty
                || _reader.KeyAt(_reader.StepCount).SequenceCompareTo(_from) >= 0;
        }

        return _toEnd || _reader.KeyAt(_reader.StepCount).SequenceCompareTo(_to) < 0;
    }
}
