namespace KvCow;

/// <summary>One broken invariant.</summary>
/// <param name="PageId">The page, counted from the start of the file in pages.</param>
/// <param name="Bucket">Path of the bucket as <c>a/b</c>; null outside any bucket.</param>
/// <param name="Problem">What is wrong.</param>
public sealed record VerifyFinding(long PageId, string? Bucket, string Problem);
