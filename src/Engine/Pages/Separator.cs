namespace KvCow.Engine.Pages;

/// <summary>Chooses the key that divides two neighbouring pages.</summary>
internal static class Separator
{
    /// <summary>
    /// Length of the shortest prefix of <paramref name="right"/> that is above
    /// <paramref name="left"/>. It ends in a zero byte only where left is right without it, so
    /// nearly all separators can lie in heads, which are zero padded.
    /// </summary>
    public static int Shortest(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        left.CommonPrefixLength(right) + 1;
}
