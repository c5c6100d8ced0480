namespace KvCow.Cli.Arguments;

/// <summary>
/// The keys that a command looks at: those of a prefix, at or above one key, and below another, as
/// far as given.
/// </summary>
internal sealed class KeyBounds
{
    private readonly byte[] _from;
    private readonly byte[]? _to;

    public KeyBounds(ByteLiteral? prefix, ByteLiteral? from, ByteLiteral? to)
    {
        _from = Greater(prefix?.Bytes ?? [], from?.Bytes ?? []);
        _to = Lesser(prefix is null ? null : AfterPrefix(prefix.Bytes), to?.Bytes);
    }

    /// <summary>The entries of the bucket within the bounds, in key order.</summary>
    public EntryRange In(Bucket bucket) =>
        _to is null ? bucket.From(_from) : bucket.Range(_from, _to);

    /// <summary>How many entries are within the bounds, in O(log n).</summary>
    public long CountIn(Bucket bucket) =>
        _to is null ? bucket.Count - bucket.Rank(_from) : bucket.CountRange(_from, _to);

    private static byte[] Greater(byte[] left, byte[] right) =>
        left.AsSpan().SequenceCompareTo(right) >= 0 ? left : right;

    // No bound is above every bound.
    private static byte[]? Lesser(byte[]? left, byte[]? right)
    {
        if (left is null) return right;
        if (right is null) return left;
        return left.AsSpan().SequenceCompareTo(right) <= 0 ? left : right;
    }

    // The least key above all keys of the prefix; null if it is all 0xff, or empty.
    private static byte[]? AfterPrefix(byte[] prefix)
    {
        int last = prefix.AsSpan().LastIndexOfAnyExcept((byte)0xff);
        if (last < 0) return null;
        byte[] after = prefix[..(last + 1)];
        after[last]++;
        return after;
    }
}
