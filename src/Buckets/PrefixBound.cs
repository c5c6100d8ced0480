namespace KvCow;

/// <summary>Where the keys that share a prefix end.</summary>
internal static class PrefixBound
{
    /// <summary>
    /// The least key above all keys with the prefix: its last byte below 0xFF raised by one, and
    /// cut behind it. Null if there is none, as for 0xFF only: the keys go on to the end.
    /// </summary>
    public static byte[]? After(ReadOnlySpan<byte> prefix)
    {
        int last = prefix.LastIndexOfAnyExcept((byte)0xFF);
        if (last < 0) return null;
        byte[] bound = prefix[..(last + 1)].ToArray();
        bound[last]++;
        return bound;
    }
}
