namespace KvCow;

/// <summary>One level of a tree: the leaves are level 0.</summary>
/// <param name="Level">Distance from the leaves.</param>
/// <param name="Pages">Pages of the level.</param>
/// <param name="Cells">Entries of leaves, or children of branches.</param>
/// <param name="UsedBytes">Bytes of the pages in use, headers included.</param>
/// <param name="Fill">Share of the pages' bytes in use, from 0 to 1.</param>
public sealed record LevelShape(int Level, long Pages, long Cells, long UsedBytes, double Fill);
