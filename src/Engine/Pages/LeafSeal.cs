namespace KvCow.Engine.Pages;

/// <summary>Writes a changed leaf in the form it has in the file.</summary>
internal static class LeafSeal
{
    /// <summary>Identity is copied; the CRC is left to the caller.</summary>
    public static void Seal(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        source[..PageHeader.Size].CopyTo(destination);
        LeafBuilder.Build(new LeafCells(source), 0, PageHeader.CellCount(source), destination);
    }
}
