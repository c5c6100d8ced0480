namespace KvCow.Engine.Pages;

/// <summary>How a range of separators would be laid out in a page, and its size.</summary>
internal readonly record struct BranchForm(
    int PrefixLength, int HeadBytes, bool HeadOnly, int UsedBytes)
{
    /// <summary>
    /// The first form that fits a page: separators in 4-byte heads, in 8-byte heads, else in cells
    /// with heads as wide as they need to be, else in cells with 4-byte heads.
    /// </summary>
    /// <returns>Null if none fits.</returns>
    public static BranchForm? Choose(BranchContent content, int from, int to, int pageBytes)
    {
        int prefixLength = from < to ? content.CommonLength(from, to - 1) : 0;
        long suffixes = 0;
        int longest = 0;
        bool padded = false;
        for (int i = from; i < to; i++)
        {
            int length = content.LengthAt(i) - prefixLength;
            suffixes += length;
            longest = Math.Max(longest, length);
            padded |= length > 0 && content.EndsInZero(i);
        }

        if (!padded && longest <= sizeof(uint)
            && Fit(sizeof(uint), true) is { } narrow) return narrow;
        if (!padded && longest <= sizeof(ulong)
            && Fit(sizeof(ulong), true) is { } wide) return wide;
        if (HasTies(content, from, to, prefixLength)
            && Fit(sizeof(ulong), false) is { } wideCells) return wideCells;
        return Fit(sizeof(uint), false);

        BranchForm? Fit(int headBytes, bool headOnly)
        {
            int count = to - from;
            long used = new BranchLayout(count, headBytes, headOnly).End + prefixLength;
            if (!headOnly) used += suffixes + (count * BranchLayout.CellHeaderSize);
            return used > pageBytes
                ? null
                : new BranchForm(prefixLength, headBytes, headOnly, (int)used);
        }
    }

    private static bool HasTies(BranchContent content, int from, int to, int prefixLength)
    {
        for (int i = from + 1; i < to; i++)
        {
            if (KeyHead.Narrow(content.HeadAt(i - 1, prefixLength))
                == KeyHead.Narrow(content.HeadAt(i, prefixLength))) return true;
        }

        return false;
    }
}
