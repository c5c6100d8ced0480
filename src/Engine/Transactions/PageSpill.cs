using System.Diagnostics.CodeAnalysis;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>
/// Takes the coldest dirty pages of a transaction that has outgrown its share of the memory to
/// their final places, children first, so that each parent has its child's place and CRC.
/// </summary>
/// <remarks>
/// A spilled page is a page like any committed one, only that no snapshot reaches it: it is read
/// through the cache, and copied to be changed again, when its place comes free at once. A branch
/// can only go when all its children have places. With savepoints several roots may lead to one
/// page, so all that keep a root have to be visited, and all parents of a page are told.
/// </remarks>
internal sealed class PageSpill(
    StoreParts parts, DirtyPages dirty, ChangeLevels levels, TransactionId birth)
{
    /// <summary>
    /// Places taken at a time: so many that the file grows without zeros and a flush. With 1 MiB
    /// that was a fifth of the work of a load four times as large as its memory.
    /// </summary>
    private readonly uint _placesPerStep =
        (uint)(FileTail.ReservedBytesMin / parts.File.PageBytes);

    // These three are made on the first need: most transactions never spill.
    [field: AllowNull]
    private SealedBatch Batch => field ??= new SealedBatch(parts.File, parts.Cache, birth);

    [field: AllowNull]
    private Dictionary<PageId, PageReference> Seen => field ??= [];

    [field: AllowNull]
    private Queue<PageRun> Runs => field ??= new Queue<PageRun>();

    private PageRun _run;
    private uint _stamp;
    private long _left;

    // Above the share while pinned pages fill it: they must not be looked through at every put.
    private int _dueAtLeast;

    /// <summary>Whether dirty pages fill their half of the memory.</summary>
    public bool IsDue => dirty.Count >= Math.Max(_dueAtLeast, parts.Cache.LentMax);

    /// <summary>Spills the colder half of the dirty pages, but for pinned ones.</summary>
    /// <param name="roots">All that keep a root of the transaction.</param>
    /// <exception cref="DatabaseFullException">
    /// There are no places; the transaction is good for rollback only, as after any failure here.
    /// </exception>
    public void Run(IEnumerable<SpillRoot> roots)
    {
        int coldest = dirty.Count / 2;
        _stamp = dirty.FindStamp(coldest);
        _left = coldest;
        try
        {
            foreach (SpillRoot root in roots)
            {
                PageReference from = root.Holder.Root;
                if (!from.Id.IsDirty) continue;
                root.Holder.Relocate(Visit(from, root.InCatalog));
            }

            Batch.Write();
        }
        catch
        {
            Batch.Abandon();
            throw;
        }

        ReturnPlaces();
        Seen.Clear();
        int quarter = parts.Cache.LentMax / 4;
        _dueAtLeast = dirty.Count > 3 * quarter ? dirty.Count + quarter : 0;
    }

    /// <summary>More places were taken than pages could go.</summary>
    private void ReturnPlaces()
    {
        parts.Space.Untake(_run);
        foreach (PageRun run in Runs) parts.Space.Untake(run);
        _run = default;
        Runs.Clear();
    }

    /// <summary>The reference as it is afterwards: of the same page, or of its place.</summary>
    private PageReference Visit(in PageReference reference, bool inCatalog)
    {
        if (Seen.TryGetValue(reference.Id, out PageReference seen))
            return seen with { Count = reference.Count };

        PageReference after = CanSpill(reference.Id, inCatalog)
            ? Spill(reference.Id) with { Count = reference.Count }
            : reference;
        Seen.Add(reference.Id, after);
        return after;
    }

    private bool CanSpill(PageId id, bool inCatalog)
    {
        Span<byte> page = dirty[id].Span;
        bool isComplete = PageHeader.Kind(page) == PageKind.Branch
            ? SpillChildren(page, inCatalog)
            : !inCatalog || !NamesDirtyTree(new LeafPage(page));
        return isComplete && dirty.IsCold(id, _stamp);
    }

    /// <summary>True if all children have places now.</summary>
    private bool SpillChildren(Span<byte> page, bool inCatalog)
    {
        BranchPage branch = new(page);
        BranchPageWriter writer = new(page);
        bool isComplete = true;
        int count = branch.ChildCount;
        for (int i = branch.FindDirtyChild(0); i < count; i = branch.FindDirtyChild(i + 1))
        {
            PageReference child = Visit(branch.ChildAt(i), inCatalog);
            if (child.Id.IsDirty) isComplete = false;
            else writer.SetChild(i, child);
        }

        return isComplete;
    }

    /// <summary>
    /// Records follow their trees only at the commit, and until then may name what is gone.
    /// </summary>
    private static bool NamesDirtyTree(LeafPage leaf)
    {
        for (int i = 0; i < leaf.CellCount; i++)
        {
            // A damaged file may name a tree of values as a catalog; its commit is refused.
            if (leaf.KindAt(i) != CellKind.Bucket) continue;
            BucketRecord record = BucketRecord.Read(leaf.ValueAt(i).Bytes);
            if (record.Entries.Id.IsDirty || record.Catalog.Id.IsDirty) return true;
        }

        return false;
    }

    private PageReference Spill(PageId id)
    {
        ReadOnlySpan<byte> source = dirty[id].Span;
        PageKind kind = PageHeader.Kind(source);
        PageId place = NextPlace();
        Span<byte> page = Batch.Add(place);
        if (kind == PageKind.Branch) BranchSeal.Seal(source, page);
        else LeafSeal.Seal(source, page);
        PageHeader.SetIdentity(page, place, birth);
        uint crc = PageChecksum.Seal(page);
        levels.MoveToPlace(id, kind, place);
        return new PageReference(place, PlantedBugs.ForgetSpilledCrc ? 0 : crc, birth, 0);
    }

    private PageId NextPlace()
    {
        if (_run.Count == 0 && !Runs.TryDequeue(out _run))
        {
            uint count = (uint)Math.Clamp(_left, 1, _placesPerStep);
            foreach (PageRun run in parts.Space.PlaceEarly(count, levels.FreedNet))
                Runs.Enqueue(run);
            _run = Runs.Dequeue();
        }

        PageId next = new(_run.Start);
        _run = new PageRun(_run.Start + 1, _run.Count - 1);
        _left--;
        return next;
    }
}
