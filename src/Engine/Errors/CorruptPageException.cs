namespace KvCow;

/// <summary>
/// Stored bytes are damaged: a page fails its checksum, its parent's description, or the rules of
/// its kind. Nothing of the page was returned. Other pages and buckets remain readable.
/// </summary>
public sealed class CorruptPageException : DatabaseException
{
    internal CorruptPageException(long pageId, string problem)
        : base($"Page {pageId} is corrupt: {problem}. Run 'kvcow verify' to find all damage; "
            + "restore a backup, or copy the intact buckets to a new file.")
    {
        PageId = pageId;
        Problem = problem;
    }

    internal CorruptPageException(CorruptPageException cause, string bucket)
        : base($"{cause.Message} Bucket: '{bucket}'.", cause)
    {
        PageId = cause.PageId;
        Problem = cause.Problem;
        Bucket = bucket;
    }

    /// <summary>The page, counted from the start of the file in pages.</summary>
    public long PageId { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }

    /// <summary>Path of the bucket being read, as <c>a/b</c>, where that is known.</summary>
    public string? Bucket { get; }
}
