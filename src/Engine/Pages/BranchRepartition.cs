namespace KvCow.Engine.Pages;

/// <summary>Lets neighbouring children of a branch be fewer, with other separators.</summary>
internal static class BranchRepartition
{
    /// <summary>
    /// Keeps the first of the children, one more than there are new separators, and removes the
    /// rest. The references and counts of those kept are the caller's to set.
    /// </summary>
    /// <param name="page">The branch.</param>
    /// <param name="firstChild">The first of the children.</param>
    /// <param name="childCount">How many of them there are; more than the new separators.</param>
    /// <param name="separators">What divides those that stay.</param>
    /// <returns>False, and nothing changed, if the new separators do not fit.</returns>
    public static bool TryReplace(
        Span<byte> page, int firstChild, int childCount, List<byte[]> separators)
    {
        BranchContent content = BranchContent.Of(page);
        for (int i = 1; i < childCount; i++) content.RemoveSeparator(firstChild);
        for (int i = 0; i < separators.Count; i++)
            content.InsertSeparator(firstChild + i, separators[i]);
        int kept = separators.Count + 1;
        content.Children.RemoveRange(firstChild + kept, childCount - kept);
        return BranchEncoder.TryEncode(content, 0, content.SeparatorCount, page);
    }
}
