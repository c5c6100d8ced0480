namespace KvCow.Cli.Bench;

/// <summary>What is measured.</summary>
/// <param name="Count">Entries.</param>
/// <param name="Commits">Commits of one put each.</param>
/// <param name="CacheBytes">Memory for pages.</param>
/// <param name="ParentFolder">Where the measurement makes its folder.</param>
internal sealed record BenchOptions(
    long Count, long Commits, long CacheBytes, string ParentFolder);
