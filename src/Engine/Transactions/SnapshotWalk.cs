using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Visits the pages of one snapshot on the device, parents first, checking each against its parent
/// and the rules of its kind. Iterative, and bounded by the file's page count whatever it reads.
/// </summary>
/// <remarks>A page with a problem is reported, and what lies below it is not visited.</remarks>
internal abstract class SnapshotWalk(PageFile file, MetaPage meta)
{
    private readonly Stack<Visit> _open = new();
    private readonly byte[] _page = new byte[file.PageBytes];
    private readonly byte[] _separator = new byte[PageLimits.KeyBytesMax(file.PageBytes)];
    private long _visits;

    /// <summary>One reference still to follow.</summary>
    /// <param name="Reference">Names the page.</param>
    /// <param name="Level">Level it must have; -1 for a root.</param>
    /// <param name="InCatalog">Whether leaf cells must be bucket records.</param>
    /// <param name="Bucket">The bucket it belongs to; null in the top catalog.</param>
    /// <param name="Low">No key may be below; null: no bound.</param>
    /// <param name="High">Every key must be below; null: no bound.</param>
    protected readonly record struct Visit(PageReference Reference, int Level, bool InCatalog,
        BucketPlace? Bucket, byte[]? Low, byte[]? High);

    protected PageFile File => file;

    protected MetaPage Meta => meta;

    /// <summary>
    /// True to check keys against the separators above; costs an allocation a page.
    /// </summary>
    protected virtual bool ChecksBounds => false;

    /// <summary>Visits the top catalog and everything below that is wanted.</summary>
    protected void Run()
    {
        Push(new Visit(meta.CatalogRoot, -1, InCatalog: true, null, null, null), meta.Id);
        Continue();
    }

    private void Continue()
    {
        while (_open.TryPop(out Visit visit) && !IsStopped) Follow(visit);
    }

    /// <summary>Ends the walk early when it turns true.</summary>
    protected virtual bool IsStopped => false;

    /// <summary>Whether a page born then is to be visited.</summary>
    protected abstract bool Wants(TransactionId birth);

    /// <summary>An intact page of a tree; false to leave out what is below.</summary>
    protected abstract bool OnPage(in Visit visit, ReadOnlySpan<byte> page);

    /// <summary>An intact overflow page.</summary>
    protected abstract void OnOverflowPage(PageId id, BucketPlace? bucket, ReadOnlySpan<byte> page);

    protected abstract void OnProblem(PageId id, BucketPlace? bucket, string problem);

    /// <summary>The same, for those who want to know what lay below the reference.</summary>
    protected virtual void OnLost(in Visit visit, PageId id, string problem) =>
        OnProblem(id, visit.Bucket, problem);

    /// <summary>Visits what a reference names, found elsewhere than on the way down.</summary>
    protected void RunFrom(in Visit visit, TransactionId parentBirth)
    {
        Push(visit, parentBirth);
        Continue();
    }

    private void Push(in Visit visit, TransactionId parentBirth)
    {
        PageReference reference = visit.Reference;
        if (reference.IsNone || !Wants(reference.Birth)) return;

        if (reference.Birth > parentBirth)
            OnLost(visit, reference.Id, "it is younger than its parent (invariant 3)");
        else if (reference.Id.Index < MetaPage.SlotCount || reference.Id.Index >= meta.PageCount)
            OnLost(visit, reference.Id, "a reference names a page outside the file");
        else
            _open.Push(visit);
    }

    private void Follow(in Visit visit)
    {
        string? problem = ++_visits > meta.PageCount
            ? "more references than the file has pages: some page is referred to twice"
            : FindProblem(visit);
        if (problem is not null)
            OnLost(visit, visit.Reference.Id, problem);
        else if (OnPage(visit, _page))
            PushBelow(visit);
    }

    private string? FindProblem(in Visit visit)
    {
        if (!file.TryRead(visit.Reference.Id, _page)) return "the file ends before it";
        string? problem = PageVerifier.FindIdentityProblem(_page, visit.Reference)
            ?? PageVerifier.FindProblem(_page);
        if (problem is not null) return problem;

        int level = PageHeader.Level(_page);
        if (visit.Level >= 0 && level != visit.Level)
            return $"its level is {level}, not {visit.Level}";
        PageKind kind = PageHeader.Kind(_page);
        if (kind != (level == 0 ? PageKind.Leaf : PageKind.Branch))
            return $"its kind is {kind} at level {level}";
        return kind == PageKind.Leaf ? FindLeafProblem(visit) : FindBranchProblem(visit);
    }

    private string? FindLeafProblem(in Visit visit)
    {
        LeafPage leaf = new(_page);
        if ((ulong)leaf.CellCount != visit.Reference.Count)
            return $"it has {leaf.CellCount} entries, its parent says {visit.Reference.Count}";
        for (int i = 0; i < leaf.CellCount; i++)
        {
            if ((leaf.KindAt(i) == CellKind.Bucket) != visit.InCatalog)
                return visit.InCatalog ? "a catalog holds a value" : "a bucket lies among entries";
        }

        if (!ChecksBounds || leaf.CellCount == 0) return null;
        bool inside = IsInside(leaf.KeyAt(0), visit)
            && IsInside(leaf.KeyAt(leaf.CellCount - 1), visit);
        return inside ? null : "a key lies outside its separators (invariant 8)";
    }

    private string? FindBranchProblem(in Visit visit)
    {
        BranchPage branch = new(_page);
        ulong sum = 0;
        for (int i = 0; i < branch.ChildCount; i++) sum += branch.CountAt(i);
        if (sum != visit.Reference.Count)
            return $"{sum} entries lie below it, its parent says {visit.Reference.Count}";
        if (!ChecksBounds) return null;

        for (int i = 0; i < branch.ChildCount - 1; i++)
        {
            if (!IsInside(SeparatorAt(branch, i), visit))
                return "a separator lies outside those above (invariant 8)";
        }

        return null;
    }

    private void PushBelow(in Visit visit)
    {
        if (PageHeader.Kind(_page) == PageKind.Branch)
        {
            PushChildren(visit);
            return;
        }

        LeafPage leaf = new(_page);
        TransactionId birth = visit.Reference.Birth;
        for (int i = 0; i < leaf.CellCount && visit.InCatalog; i++)
        {
            BucketRecord record = BucketRecord.Read(leaf.ValueAt(i).Bytes);
            BucketPlace place = new(leaf.KeyAt(i).ToArray(), visit.Bucket);
            Push(new Visit(record.Entries, -1, InCatalog: false, place, null, null), birth);
            Push(new Visit(record.Catalog, -1, InCatalog: true, place, null, null), birth);
        }

        List<ExtentReference>? extents = null;
        for (int i = 0; i < leaf.CellCount && !visit.InCatalog; i++)
        {
            if (leaf.KindAt(i) == CellKind.Extent)
                (extents ??= []).Add(ExtentReference.Read(leaf.ValueAt(i).Bytes));
        }

        // Last, as it reads into the buffer of the leaf.
        foreach (ExtentReference extent in extents ?? [])
        {
            if (Wants(extent.Birth)) VisitExtent(extent, visit.Bucket, birth);
        }
    }

    private void PushChildren(in Visit visit)
    {
        BranchPage branch = new(_page);
        byte[]? low = visit.Low;
        for (int i = 0; i < branch.ChildCount; i++)
        {
            byte[]? high = !ChecksBounds ? null
                : i < branch.ChildCount - 1 ? SeparatorAt(branch, i).ToArray() : visit.High;
            Push(visit with
            {
                Reference = branch.ChildAt(i),
                Level = PageHeader.Level(_page) - 1,
                Low = low,
                High = high,
            }, visit.Reference.Birth);
            low = high;
        }
    }

    private void VisitExtent(in ExtentReference extent, BucketPlace? bucket, TransactionId birth)
    {
        string? problem = extent.Birth > birth
            ? "a long value is younger than its leaf (invariant 3)"
            : ExtentReader.FindShapeProblem(extent, meta.PageCount, file.PageBytes);
        uint crc = 0;
        for (uint i = 0; i < extent.PageCount && problem is null; i++)
        {
            PageId id = new(extent.First.Index + i);
            if (++_visits > meta.PageCount)
                problem = "more references than the file has pages";
            else if (!file.TryRead(id, _page))
                problem = "the file ends before it";
            else
                problem = FindOverflowProblem(extent, i);

            if (problem is not null)
            {
                OnProblem(id, bucket, problem);
                return;
            }

            crc = ExtentReader.AppendCrc(crc, _page);
            OnOverflowPage(id, bucket, _page);
        }

        if (problem is null && crc != extent.Crc && !PlantedBugs.SkipExtentCheck)
            problem = "the pages of a long value are not those its leaf describes";
        if (problem is not null) OnProblem(extent.First, bucket, problem);
    }

    private string? FindOverflowProblem(in ExtentReference extent, uint index) =>
        PlantedBugs.SkipExtentCheck ? null : ExtentReader.FindPageProblem(_page, extent, index);

    /// <summary>Lives until the next call.</summary>
    private ReadOnlySpan<byte> SeparatorAt(BranchPage branch, int index) =>
        _separator.AsSpan(0, branch.CopySeparator(index, _separator));

    private static bool IsInside(ReadOnlySpan<byte> key, in Visit visit) =>
        (visit.Low is null || key.SequenceCompareTo(visit.Low) >= 0)
        && (visit.High is null || key.SequenceCompareTo(visit.High) < 0);
}
