namespace KvCow.Engine.Pages;

/// <summary>
/// Checks a page by itself, before anything else reads it: what passes can be read without harm,
/// whatever the bytes. Nothing here throws.
/// </summary>
internal static class PageVerifier
{
    /// <summary>The first thing wrong with the structure of a page; null if it is sound.</summary>
    /// <param name="page">Any bytes.</param>
    /// <param name="allowDirty">Accept references to dirty pages, as no page in a file has.</param>
    /// <remarks>Of meta, overflow and free list pages only the size is checked here.</remarks>
    public static string? FindProblem(ReadOnlySpan<byte> page, bool allowDirty = false)
    {
        if (!PageLimits.IsPageSize(page.Length)) return "the length is not that of a page";
        return PageHeader.Kind(page) switch
        {
            PageKind.Leaf => LeafVerifier.FindProblem(page, allowDirty),
            PageKind.Branch => BranchVerifier.FindProblem(page, allowDirty),
            PageKind.Meta or PageKind.Overflow or PageKind.FreeList or PageKind.Redo => null,
            _ => "the page kind is unknown",
        };
    }

    /// <summary>
    /// What differs between a page and what its parent says of it (invariant 2); null if nothing.
    /// </summary>
    public static string? FindIdentityProblem(ReadOnlySpan<byte> page, in PageReference expected)
    {
        if (PageHeader.Id(page) != expected.Id) return "the page is another one";
        if (PageHeader.Birth(page) != expected.Birth) return "the page is of another transaction";
        if (PageHeader.Crc(page) != expected.Crc && !PlantedBugs.SkipParentCrc)
            return "the CRC differs from the parent's";
        return PageChecksum.IsIntact(page) ? null : "the CRC does not match the bytes";
    }

    /// <summary>Whether the first bytes of the prefix in the header are right.</summary>
    internal static bool IsSampleRight(ReadOnlySpan<byte> page, ReadOnlySpan<byte> prefix) =>
        KeyHead.Of(prefix, 0) == KeyHead.Of(
            page.Slice(PageHeader.PrefixSampleOffset, sizeof(ulong)), 0);
}
