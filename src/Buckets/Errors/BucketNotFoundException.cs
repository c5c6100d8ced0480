namespace KvCow;

/// <summary>The bucket that was asked for does not exist.</summary>
public sealed class BucketNotFoundException : DatabaseException
{
    internal BucketNotFoundException(string bucket)
        : base($"There is no bucket '{bucket}'. Create it, or look first with BucketExists, "
            + "TryOpenBucket or OpenOrCreateBucket.")
    {
        Bucket = bucket;
    }

    /// <summary>Path of the missing bucket, as <c>a/b</c>.</summary>
    public string Bucket { get; }
}
