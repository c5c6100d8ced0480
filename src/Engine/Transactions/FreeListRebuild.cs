using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Finds the free pages by walking every tree: the slow way, O(file), taken only when the log of
/// the free list is missing or damaged.
/// </summary>
internal sealed class FreeListRebuild : SnapshotWalk
{
    private readonly FreeMap _free = new();

    private FreeListRebuild(PageFile file, MetaPage meta)
        : base(file, meta)
    {
    }

    /// <exception cref="CorruptPageException">A page cannot be read, so nobody knows.</exception>
    public static FreeMap Run(PageFile file, MetaPage meta)
    {
        FreeListRebuild walk = new(file, meta);
        if (meta.PageCount > MetaPage.SlotCount)
        {
            walk._free.Add(new PageRun(
                MetaPage.SlotCount, meta.PageCount - MetaPage.SlotCount));
        }

        walk.Run();
        return walk._free;
    }

    protected override bool Wants(TransactionId birth) => true;

    protected override bool OnPage(in Visit visit, ReadOnlySpan<byte> page)
    {
        Use(visit.Reference.Id, visit.Bucket);
        return true;
    }

    protected override void OnOverflowPage(
        PageId id, BucketPlace? bucket, ReadOnlySpan<byte> page) => Use(id, bucket);

    protected override void OnProblem(PageId id, BucketPlace? bucket, string problem)
    {
        CorruptPageException failure = new(id.Index, problem);
        throw bucket is null ? failure : new CorruptPageException(failure, bucket.ToString());
    }

    private void Use(PageId id, BucketPlace? bucket)
    {
        if (!_free.IsFree(id.Index)) OnProblem(id, bucket, "it is referred to twice (invariant 5)");
        _free.Remove(new PageRun(id.Index, 1));
    }
}
