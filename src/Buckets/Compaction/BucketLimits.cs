using KvCow.Engine.Pages;

namespace KvCow;

/// <summary>More buckets than a file of its size can have.</summary>
/// <param name="Buckets">In all: none takes less of a page than its record.</param>
/// <param name="Filled">
/// With something in them: each has a page of its own. Several times as many, for buckets that are
/// moved while a sweep is on its way may be met more than once.
/// </param>
internal readonly record struct BucketLimits(long Buckets, long Filled)
{
    private const int MeetingsMax = 4;

    public static BucketLimits Of(long pageCount, int pageBytes) =>
        new(pageCount * (pageBytes / BucketRecord.Size), pageCount * MeetingsMax);
}
