namespace KvCow.Cli.Arguments;

/// <summary>Changes to the bucket that a path names.</summary>
internal static class BucketChanges
{
    /// <summary>Creates the last of the path, and what is missing above it.</summary>
    /// <exception cref="BucketExistsException">It exists.</exception>
    public static void CreateIn(this BucketPath path, WriteTransaction tx)
    {
        if (path.Parent is { } parent) parent.OpenOrCreateIn(tx).CreateBucket(path.Name);
        else tx.CreateBucket(path.Name);
    }

    /// <exception cref="BucketNotFoundException">One of the path is missing.</exception>
    public static void DeleteIn(this BucketPath path, WriteTransaction tx)
    {
        path.OpenIn(tx);
        if (path.Parent is { } parent) parent.OpenIn(tx).DeleteBucket(path.Name);
        else tx.DeleteBucket(path.Name);
    }

    /// <exception cref="BucketNotFoundException">One of the path is missing.</exception>
    /// <exception cref="BucketExistsException">The target exists.</exception>
    public static void MoveIn(this BucketPath path, WriteTransaction tx, BucketPath target)
    {
        WritableBucket? to = target.Parent?.OpenIn(tx);
        if (path.Parent?.OpenIn(tx) is { } from)
        {
            if (to is null) from.MoveBucketToTop(path.Name, target.Name);
            else from.MoveBucket(path.Name, to, target.Name);
        }
        else if (to is null)
        {
            tx.RenameBucket(path.Name, target.Name);
        }
        else
        {
            tx.MoveBucket(path.Name, to, target.Name);
        }
    }
}
