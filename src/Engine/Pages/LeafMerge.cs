namespace KvCow.Engine.Pages;

/// <summary>Joins two neighbouring leaves.</summary>
internal static class LeafMerge
{
    /// <summary>Appends all cells of the right leaf to the left one.</summary>
    /// <returns>False, and nothing changed, if they do not fit.</returns>
    public static bool TryMerge(Span<byte> left, ReadOnlySpan<byte> right)
    {
        LeafPage first = new(left);
        LeafPage second = new(right);
        int count = first.CellCount + second.CellCount;
        int bytes = first.CellBytes + second.CellBytes;
        if (!LeafBuilder.Fits(left.Length, count, bytes)) return false;

        LeafCells before = new(PageScratch.Copy(left));
        LeafCells after = new(right);
        LeafBuilder builder = new(left, count, bytes);
        for (int i = 0; i < before.Count; i++) builder.Add(before, i);
        for (int i = 0; i < after.Count; i++) builder.Add(after, i);
        builder.Finish();
        return true;
    }
}
