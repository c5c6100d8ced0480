namespace KvCow.Engine.Pages;

/// <summary>Writes the heads of a leaf from its keys.</summary>
internal static class LeafHeads
{
    /// <summary>Writes all heads for another prefix or width. The gap must have room.</summary>
    public static void Rewrite(Span<byte> page, int prefixLength, int headBytes)
    {
        LeafPage leaf = new(page);
        int count = leaf.CellCount;
        Span<byte> slots = page.Slice(leaf.SlotsOffset, count * LeafPage.SlotSize);
        slots.CopyTo(page[(LeafPage.HeadsOffset + (count * headBytes))..]);
        page[PageHeader.FlagsOffset] =
            headBytes == sizeof(ulong) ? PageHeader.WideHeadsFlag : (byte)0;
        PageHeader.SetPrefix(page, leaf.KeyAt(0)[..prefixLength]);
        for (int i = 0; i < count; i++)
            Write(page, i, headBytes, KeyHead.Of(leaf.KeyAt(i), prefixLength));
    }

    /// <summary>Chooses prefix and width by what the keys need and the gap allows.</summary>
    public static void Choose(Span<byte> page)
    {
        LeafPage leaf = new(page);
        int count = leaf.CellCount;
        if (count == 0) return;

        int prefixLength = leaf.KeyAt(0).CommonPrefixLength(leaf.KeyAt(count - 1));
        Rewrite(page, prefixLength, sizeof(uint));
        if (HasTies(leaf) && leaf.GapBytes >= count * sizeof(uint))
            Rewrite(page, prefixLength, sizeof(ulong));
    }

    public static void Write(Span<byte> page, int index, int headBytes, ulong head) =>
        KeyHead.Write(page[(LeafPage.HeadsOffset + (index * headBytes))..], headBytes, head);

    private static bool HasTies(LeafPage leaf)
    {
        for (int i = 1; i < leaf.CellCount; i++)
            if (leaf.HeadAt(i - 1) == leaf.HeadAt(i)) return true;
        return false;
    }
}
