using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>
/// Brings over what a commit reaches through pages that are whole, and notes the ranges of keys
/// where a page is not.
/// </summary>
internal sealed class SalvageWalk(
    PageFile file, MetaPage meta, SalvageTarget target, SalvagePace pace)
    : SnapshotWalk(file, meta)
{
    /// <summary>Longer values are not held in memory.</summary>
    private const int ShortBytesMax = 64 << 10;

    private readonly PageSet _reached = new();
    private readonly byte[] _page = new byte[file.PageBytes];
    private readonly byte[] _value = new byte[ShortBytesMax];

    /// <summary>Subtrees that could not be entered.</summary>
    public List<LostRange> Ranges { get; } = [];

    /// <summary>Single entries whose long value is not whole.</summary>
    public List<(BucketPlace Bucket, SalvageLoss Loss)> Values { get; } = [];

    public long Buckets { get; private set; }

    protected override bool ChecksBounds => true;

    public void RunFromTop() => Run();

    public bool IsReached(uint page) => _reached.Contains(page);

    /// <summary>Brings over a subtree that was found by itself: its entries, or buckets.</summary>
    public void BringOver(LoosePage root, BucketPlace place, bool isCatalog) => RunFrom(
        new Visit(root.Reference, root.Level, isCatalog, place, null, null), root.Reference.Birth);

    protected override bool Wants(TransactionId birth) => true;

    protected override bool OnPage(in Visit visit, ReadOnlySpan<byte> page)
    {
        pace.Look();
        PageId id = visit.Reference.Id;
        if (!_reached.Add(new PageRun(id.Index, 1)))
        {
            OnLost(visit, id, "it is referred to twice (invariant 5)");
            return false;
        }

        if (PageHeader.Kind(page) == PageKind.Branch) return true;
        LeafPage leaf = new(page);
        if (visit.InCatalog)
        {
            CreateBuckets(visit.Bucket, leaf);
            return true;
        }

        // Not in the top catalog, so there is a bucket.
        for (int i = 0; i < leaf.CellCount; i++) Put(visit.Bucket!, leaf, i);
        return false;
    }

    protected override void OnOverflowPage(
        PageId id, BucketPlace? bucket, ReadOnlySpan<byte> page) =>
        throw new InvalidOperationException("Long values are read with their entries.");

    protected override void OnProblem(PageId id, BucketPlace? bucket, string problem) =>
        throw new InvalidOperationException("Told to OnLost.");

    protected override void OnLost(in Visit visit, PageId id, string problem)
    {
        pace.Look();
        // It is accounted for: not to be found once more by itself.
        if (id.Index < Meta.PageCount) _reached.Add(new PageRun(id.Index, 1));
        Ranges.Add(new LostRange(visit.Bucket, visit.InCatalog, visit.Low, visit.High,
            visit.Reference, id, problem));
    }

    private void CreateBuckets(BucketPlace? parent, LeafPage leaf)
    {
        for (int i = 0; i < leaf.CellCount; i++)
        {
            BucketPlace place = new(leaf.KeyAt(i).ToArray(), parent);
            target.Create(place, BucketRecord.Read(leaf.ValueAt(i).Bytes).Sequence);
            Buckets++;
        }
    }

    private void Put(BucketPlace bucket, LeafPage leaf, int index)
    {
        CellValue value = leaf.ValueAt(index);
        ReadOnlySpan<byte> key = leaf.KeyAt(index);
        if (value.Kind == CellKind.Inline)
        {
            target.Put(bucket, key, value.Bytes);
            pace.CountEntry();
            return;
        }

        ExtentReference extent = ExtentReference.Read(value.Bytes);
        (PageId Page, string Problem)? damage =
            ExtentStream.FindProblem(File, extent, Meta.PageCount, _page);
        if (damage is null && !_reached.Add(new PageRun(extent.First.Index, extent.PageCount)))
            damage = (extent.First, "it is referred to twice (invariant 5)");
        if (damage is { } lost)
        {
            byte[] from = key.ToArray();
            Values.Add((bucket, new SalvageLoss(bucket.ToString(), false, from, [.. from, 0], 1,
                lost.Page.Index, lost.Problem)));
            return;
        }

        long length = (long)extent.Length;
        using ExtentStream stream = new(File, extent);
        if (length <= _value.Length)
        {
            stream.ReadExactly(_value.AsSpan(0, (int)length));
            target.Put(bucket, key, _value.AsSpan(0, (int)length));
        }
        else
        {
            target.Put(bucket, key, stream, length);
        }

        pace.CountEntry();
    }
}
