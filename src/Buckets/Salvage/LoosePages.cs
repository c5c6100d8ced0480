using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow;

/// <summary>Looks through a file for subtrees whose way from the top is broken.</summary>
internal sealed class LoosePages(DamagedFile damaged, Func<uint, bool> isLoose, SalvagePace pace)
{
    private readonly byte[] _page = new byte[damaged.File.PageBytes];
    private readonly byte[] _child = new byte[damaged.File.PageBytes];

    // What the loose pages name, with its CRC: not the root of a subtree.
    private readonly HashSet<(uint Id, uint Crc)> _named = [];

    /// <summary>The topmost page of each subtree. Looks at each again when asked for the next.
    /// </summary>
    public IEnumerable<LoosePage> FindRoots()
    {
        List<uint> loose = [];
        for (uint id = MetaPage.SlotCount; id < damaged.Meta.PageCount; id++)
        {
            pace.Look();
            if (!isLoose(id) || !TryRead(new PageId(id), _page)) continue;
            loose.Add(id);
            NoteNames();
        }

        foreach (uint id in loose)
        {
            pace.Look();
            if (isLoose(id) && TryRead(new PageId(id), _page)
                && !_named.Contains((id, PageHeader.Crc(_page)))
                && FindKind() is { } isCatalog) yield return Describe(isCatalog);
        }
    }

    /// <summary>Reads a leaf or branch that is whole as far as it can tell itself.</summary>
    private bool TryRead(PageId id, byte[] page) => damaged.File.TryRead(id, page)
        && PageHeader.Kind(page) is PageKind.Leaf or PageKind.Branch
        && PageHeader.Id(page) == id
        && PageHeader.Birth(page) <= damaged.Meta.Id
        && PageChecksum.IsIntact(page)
        && PageVerifier.FindProblem(page) is null
        && PageHeader.CellCount(page) > 0;

    private void NoteNames()
    {
        if (PageHeader.Kind(_page) == PageKind.Branch)
        {
            BranchPage branch = new(_page);
            for (int i = 0; i < branch.ChildCount; i++) Note(branch.ChildAt(i));
            return;
        }

        LeafPage leaf = new(_page);
        for (int i = 0; i < leaf.CellCount; i++)
        {
            if (leaf.KindAt(i) != CellKind.Bucket) continue;
            BucketRecord record = BucketRecord.Read(leaf.ValueAt(i).Bytes);
            Note(record.Entries);
            Note(record.Catalog);
        }
    }

    private void Note(in PageReference child)
    {
        if (!child.IsNone) _named.Add((child.Id.Index, child.Crc));
    }

    /// <summary>Whether the tree is a catalog, as its first whole leaf says; null: no leaf is.
    /// </summary>
    private bool? FindKind()
    {
        _page.CopyTo(_child, 0);
        while (PageHeader.Kind(_child) == PageKind.Branch)
        {
            int level = PageHeader.Level(_child);
            if (!TryReadChild() || PageHeader.Level(_child) != level - 1) return null;
        }

        return new LeafPage(_child).KindAt(0) == CellKind.Bucket;
    }

    private bool TryReadChild()
    {
        PageReference[] children = ChildrenOf(_child);
        foreach (PageReference child in children)
        {
            if (child.Id.Index < damaged.Meta.PageCount && TryRead(child.Id, _child)
                && PageHeader.Crc(_child) == child.Crc) return true;
        }

        return false;
    }

    private static PageReference[] ChildrenOf(byte[] page)
    {
        BranchPage branch = new(page);
        PageReference[] children = new PageReference[branch.ChildCount];
        for (int i = 0; i < children.Length; i++) children[i] = branch.ChildAt(i);
        return children;
    }

    private LoosePage Describe(bool isCatalog)
    {
        int level = PageHeader.Level(_page);
        PageReference own = new(
            PageHeader.Id(_page), PageHeader.Crc(_page), PageHeader.Birth(_page), 0);
        if (level == 0)
        {
            LeafPage leaf = new(_page);
            int last = leaf.CellCount - 1;
            return new LoosePage(own with { Count = (ulong)leaf.CellCount }, 0, isCatalog,
                leaf.KeyAt(0).ToArray(), leaf.KeyAt(last).ToArray());
        }

        BranchPage branch = new(_page);
        ulong count = 0;
        for (int i = 0; i < branch.ChildCount; i++) count += branch.CountAt(i);
        return new LoosePage(own with { Count = count }, level, isCatalog,
            SeparatorAt(branch, 0), SeparatorAt(branch, branch.SeparatorCount - 1));
    }

    private static byte[] SeparatorAt(BranchPage branch, int index)
    {
        byte[] buffer = new byte[PageLimits.KeyBytesMax(PageLimits.PageBytesMax)];
        return buffer[..branch.CopySeparator(index, buffer)];
    }
}
