using KvCow.Cli.Arguments;

namespace KvCow.Cli;

/// <summary>One bucket of a snapshot, as it is listed.</summary>
/// <param name="Path">Typed like this, it names the bucket on the command line.</param>
/// <param name="Name">The last part of the path.</param>
/// <param name="Depth">0 for a top-level bucket.</param>
/// <param name="Count">Entries, without those of nested buckets.</param>
internal sealed record BucketLine(string Path, string Name, int Depth, long Count);

/// <summary>All buckets of a snapshot, each before those nested in it.</summary>
internal static class BucketTree
{
    /// <summary>What a bucket takes of a page at least.</summary>
    private const int BucketBytesMin = 64;

    public static List<BucketLine> Read(
        Database database, ReadTransaction tx, CancellationToken ct) =>
        Read(database, tx.ListBuckets(), name => tx.OpenBucket(name), ct);

    /// <summary>As the change in progress sees them.</summary>
    public static List<BucketLine> Read(
        Database database, WriteTransaction tx, CancellationToken ct) =>
        Read(database, tx.ListBuckets(), name => tx.OpenBucket(name), ct);

    private static List<BucketLine> Read(Database database, IReadOnlyList<byte[]> names,
        Func<byte[], Bucket> openBucket, CancellationToken ct)
    {
        List<BucketLine> lines = [];
        // No sound file has more. In one made to mislead, buckets may lead back to themselves.
        long linesMax = database.GetStatistics().FileBytes / BucketBytesMin;

        // A stack of its own: nesting may be deeper than the thread's stack.
        Stack<(BucketLine Line, Bucket Bucket)> open = new();
        foreach (byte[] name in names.Reverse())
            open.Push(Describe(null, name, openBucket(name)));
        while (open.TryPop(out (BucketLine Line, Bucket Bucket) next))
        {
            ct.ThrowIfCancellationRequested();
            lines.Add(next.Line);
            if (lines.Count > linesMax)
                throw new UsageException("The buckets have no end: run 'kvcow verify'.");
            foreach (byte[] name in next.Bucket.ListBuckets().Reverse())
                open.Push(Describe(next.Line, name, next.Bucket.OpenBucket(name)));
        }

        return lines;
    }

    private static (BucketLine Line, Bucket Bucket) Describe(
        BucketLine? parent, byte[] name, Bucket bucket)
    {
        string shown = BucketPath.Show(name);
        string path = parent is null ? shown : $"{parent.Path}/{shown}";
        return (new(path, shown, (parent?.Depth ?? -1) + 1, bucket.Count), bucket);
    }
}
