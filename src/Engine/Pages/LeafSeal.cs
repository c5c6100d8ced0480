namespace KvCow.Engine.Pages;

/// <summary>Writes a changed leaf in the form it has in the file.</summary>
internal static class LeafSeal
{
    /// <summary>
    /// Identity is copied; the CRC is left to the caller. Where values were only overwritten by
    /// others as long, the page still has its form.
    /// </summary>
    public static void Seal(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!PageHeader.IsLoose(source) && PageHeader.Garbage(source) == 0)
        {
            source.CopyTo(destination);
            return;
        }

        source[..PageHeader.Size].CopyTo(destination);
        LeafBuilder.Build(new LeafCells(source), 0, PageHeader.CellCount(source), destination);
    }
}
