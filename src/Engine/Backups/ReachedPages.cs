using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow.Engine.Backups;

/// <summary>
/// Checks every page of a snapshot on the device against its parent, and notes which there are: one
/// bit a page. The first thing wrong ends the walk.
/// </summary>
internal sealed class ReachedPages : SnapshotWalk
{
    private readonly BackupPace _pace;

    private ReachedPages(PageFile file, MetaPage meta, BackupPace pace)
        : base(file, meta) => _pace = pace;

    /// <summary>The pages reached, as the "free" ones of a map.</summary>
    public FreeMap Map { get; } = new();

    /// <summary>The page behind the last one reached.</summary>
    public uint End { get; private set; } = MetaPage.SlotCount;

    /// <summary>Sum over the CRCs of all pages: tells whether a second look saw the same.</summary>
    public ulong Sum { get; private set; }

    public static ReachedPages Find(PageFile file, MetaPage meta, BackupPace pace)
    {
        ReachedPages walk = new(file, meta, pace);
        walk.Run();
        return walk;
    }

    /// <summary>What a page adds to <see cref="Sum"/>; its place counts.</summary>
    public static ulong Weigh(ReadOnlySpan<byte> page)
    {
        ulong mixed = (((ulong)PageHeader.Id(page).Index << 32) | PageHeader.Crc(page))
            * 0x9FB21C651E98DF25;
        return mixed ^ (mixed >> 29);
    }

    protected override bool ChecksBounds => true;

    protected override bool Wants(TransactionId birth) => true;

    protected override bool OnPage(in Visit visit, ReadOnlySpan<byte> page)
    {
        Reach(visit.Reference.Id, visit.Bucket, page);
        return true;
    }

    protected override void OnOverflowPage(
        PageId id, BucketPlace? bucket, ReadOnlySpan<byte> page) => Reach(id, bucket, page);

    protected override void OnProblem(PageId id, BucketPlace? bucket, string problem)
    {
        CorruptPageException failure = new(id.Index, problem);
        throw bucket is null ? failure : new CorruptPageException(failure, bucket.ToString());
    }

    private void Reach(PageId id, BucketPlace? bucket, ReadOnlySpan<byte> page)
    {
        _pace.Step();
        if (Map.IsFree(id.Index)) OnProblem(id, bucket, "it is referred to twice (invariant 5)");
        Map.Add(new PageRun(id.Index, 1));
        End = Math.Max(End, id.Index + 1);
        Sum += Weigh(page);
    }
}
