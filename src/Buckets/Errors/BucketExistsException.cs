namespace KvCow;

/// <summary>A bucket was to be created, renamed or moved to a name that is taken.</summary>
public sealed class BucketExistsException : DatabaseException
{
    internal BucketExistsException(string bucket)
        : base($"There is a bucket '{bucket}' already. Choose another name, delete that bucket, "
            + "or use OpenOrCreateBucket.")
    {
        Bucket = bucket;
    }

    /// <summary>Path of the existing bucket, as <c>a/b</c>.</summary>
    public string Bucket { get; }
}
