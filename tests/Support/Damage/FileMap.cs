using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;

namespace KvCow.Tests.Support.Damage;

/// <summary>Which page of a sound file names which, as far as its newest commit goes.</summary>
internal sealed class FileMap
{
    private readonly byte[] _main;
    private readonly Dictionary<uint, PageLink> _linkTo = [];
    private readonly Dictionary<PageKind, List<uint>> _pagesOf = [];

    private FileMap(byte[] main, MetaPage meta)
    {
        _main = main;
        Meta = meta;
        Follow();
        for (uint page = MetaPage.SlotCount; page < meta.PageCount; page++)
        {
            if (!_linkTo.ContainsKey(page)) Unused.Add(page);
        }

        foreach (uint page in Pages)
        {
            PageKind kind = PageHeader.Kind(PageOf(main, page));
            if (!_pagesOf.TryGetValue(kind, out List<uint>? pages))
                _pagesOf[kind] = pages = [];
            pages.Add(page);
        }

        Kinds = [.. _pagesOf.Keys.Order()];
    }

    public MetaPage Meta { get; }

    public int PageBytes => Meta.PageBytes;

    /// <summary>Every page that the newest commit reaches, its meta page among them.</summary>
    public List<uint> Pages { get; } = [];

    /// <summary>The reference to each of them but the meta page.</summary>
    public IReadOnlyDictionary<uint, PageLink> LinkTo => _linkTo;

    /// <summary>All references, to compare and to redirect.</summary>
    public List<PageLink> Links { get; } = [];

    /// <summary>The kinds of page there are.</summary>
    public IReadOnlyList<PageKind> Kinds { get; }

    /// <summary>Pages that nothing reaches.</summary>
    public List<uint> Unused { get; } = [];

    public static FileMap Of(FileImage image)
    {
        using ImageStorage storage = new(image);
        using Engine.Storage.IStorageFile file =
            storage.Open("", Engine.Storage.StorageOpening.ReadExisting);
        return new FileMap(image.Main, MetaPages.Read(file, storage.Path)[0]);
    }

    /// <summary>Pages of a kind that there is.</summary>
    public List<uint> PagesOf(PageKind kind) => _pagesOf[kind];

    public byte[] PageOf(byte[] main, uint page) =>
        main[((int)page * PageBytes)..(((int)page + 1) * PageBytes)];

    private void Follow()
    {
        Stack<uint> open = new();
        open.Push((uint)Meta.Slot);
        while (open.TryPop(out uint page))
        {
            Pages.Add(page);
            foreach (PageLink link in LinksIn(page, PageOf(_main, page)))
            {
                Links.Add(link);
                uint first = link.ChildId(_main);
                for (uint i = 0; i < Math.Max(1, link.ExtentPages); i++)
                {
                    _linkTo.Add(first + i, link);
                    open.Push(first + i);
                }
            }
        }
    }

    private IEnumerable<PageLink> LinksIn(uint id, byte[] page)
    {
        int start = (int)id * PageBytes;
        return PageHeader.Kind(page) switch
        {
            PageKind.Meta => Roots(id, start, page, 80, 104),
            PageKind.Branch => Children(id, start, page),
            PageKind.Leaf => Cells(id, start, page),
            PageKind.FreeList when !FreeListPage.NextId(page).IsNone =>
                [new PageLink(id, start + 32, start + 36, -1, -1, 0)],
            _ => [],
        };
    }

    private static IEnumerable<PageLink> Roots(
        uint id, int start, byte[] page, params int[] offsets)
    {
        foreach (int offset in offsets)
        {
            if (!PageReference.Read(page.AsSpan(offset)).IsNone)
                yield return PageLink.OfRoot(id, start + offset);
        }
    }

    private static IEnumerable<PageLink> Children(uint id, int start, byte[] page)
    {
        BranchLayout layout = BranchLayout.Of(page);
        for (int i = 0; i < layout.ChildCount; i++)
        {
            int child = start + layout.ChildrenOffset + i * PageReference.IdentitySize;
            yield return new PageLink(
                id, child + 4, child, child + 8, start + layout.CountsOffset + 8 * i, 0);
        }
    }

    private static IEnumerable<PageLink> Cells(uint id, int start, byte[] page)
    {
        foreach (PageField slot in PageFields.Of(page).Where(
            static field => field.Name.StartsWith("slot ", StringComparison.Ordinal)))
        {
            int cell = BitConverter.ToUInt16(page, slot.Offset);
            (CellKind kind, int value) = PageFields.CellAt(page, cell);
            if (kind == CellKind.Extent)
            {
                ExtentReference extent = ExtentReference.Read(page.AsSpan(value));
                yield return new PageLink(id, start + value, start + value + 24,
                    start + value + 16, -1, extent.PageCount);
            }
            else if (kind == CellKind.Bucket)
            {
                foreach (PageLink root in Roots(
                    id, start, page, value, value + BucketRecord.CatalogOffset)) yield return root;
            }
        }
    }
}
