namespace KvCow;

/// <summary>The shape of one tree.</summary>
/// <param name="Bucket">Path of the bucket; null for the catalog of top-level buckets.</param>
/// <param name="IsCatalog">
/// True for the tree of the bucket's nested buckets, false for that of its entries.
/// </param>
/// <param name="Levels">From the root down.</param>
/// <param name="OverflowPages">Pages of its long values.</param>
public sealed record TreeShape(
    string? Bucket, bool IsCatalog, IReadOnlyList<LevelShape> Levels, long OverflowPages)
{
    /// <summary>Entries of its leaves.</summary>
    public long Entries => Levels.Count == 0 ? 0 : Levels[^1].Cells;
}
