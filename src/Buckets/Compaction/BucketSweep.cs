using KvCow.Engine.Pages;
using KvCow.Engine.Tree;

namespace KvCow;

/// <summary>
/// Goes through all trees of the database, a step at a time: each bucket's entries, its catalog,
/// then the buckets in it, in the order of their names.
/// </summary>
/// <remarks>
/// Where it stands is a path of names and a key, kept in memory: between two steps buckets may
/// change, move and go. What is moved behind its back waits for the next sweep.
/// </remarks>
internal sealed class BucketSweep
{
    private readonly List<byte[]> _path = [];
    private byte[] _key = [];
    private long _buckets;
    private long _filledBuckets;

    // The top has no entries.
    private bool _isInCatalog = true;

    /// <summary>Goes on until the mover is spent; true at the end of the last tree.</summary>
    /// <param name="top">What all trees hang on.</param>
    /// <param name="mover">Does the work.</param>
    /// <param name="limits">
    /// More than a file of its size can have. Catalogs that lead back to themselves, or are shared
    /// over and over, would have no end.
    /// </param>
    public bool GoOn(WritableBucketState top, IPageMover mover, BucketLimits limits)
    {
        while (!mover.IsSpent)
        {
            WritableBucketState? bucket = Find(top, _path.Count);
            if (bucket is not null && !SweepTree(bucket, mover)) return false;
            if (bucket is not null && !_isInCatalog)
            {
                _isInCatalog = true;
                Count(bucket, limits);
                continue;
            }

            if (!MoveToNextBucket(top, bucket)) return true;
            mover.Look(1);
        }

        return false;
    }

    private bool SweepTree(WritableBucketState bucket, IPageMover mover)
    {
        WritableTree tree = _isInCatalog ? bucket.WritableCatalog : bucket.WritableEntries;
        byte[]? next;
        try
        {
            bucket.Enter();
            next = new TreeCompaction(tree, mover).Sweep(_key);
            bucket.Exit();
        }
        catch (Exception e)
        {
            throw TreeEditor.Poison(bucket, e);
        }

        _key = next ?? [];
        return next is null;
    }

    private void Count(WritableBucketState bucket, BucketLimits limits)
    {
        bool isFilled = !bucket.Entries.Root.IsNone || !bucket.Catalog.Root.IsNone;
        if (isFilled) _filledBuckets++;
        if (++_buckets > limits.Buckets || _filledBuckets > limits.Filled)
            throw bucket.Corrupt(bucket.Catalog, "catalogs lead back to themselves");
    }

    /// <summary>To the first bucket in this one, or to the next beside it or above.</summary>
    private bool MoveToNextBucket(WritableBucketState top, WritableBucketState? bucket)
    {
        byte[]? name = bucket is null ? null : FindName(bucket, [], inclusive: true);
        while (name is null)
        {
            if (_path.Count == 0) return false;
            byte[] last = _path[^1];
            _path.RemoveAt(_path.Count - 1);
            if (Find(top, _path.Count) is { } parent)
                name = FindName(parent, last, inclusive: false);
        }

        _path.Add(name);
        _key = [];
        _isInCatalog = false;
        return true;
    }

    private static byte[]? FindName(WritableBucketState parent, byte[] from, bool inclusive)
    {
        using TreeCursor cursor = parent.Catalog.OpenCursor();
        return cursor.MoveToAbove(from, inclusive) ? cursor.Key.ToArray() : null;
    }

    private WritableBucketState? Find(WritableBucketState top, int depth)
    {
        WritableBucketState? bucket = top;
        for (int i = 0; i < depth && bucket is not null; i++) bucket = bucket.Find(_path[i]);
        return bucket;
    }
}
