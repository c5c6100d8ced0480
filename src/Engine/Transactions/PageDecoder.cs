using System.Globalization;
using KvCow.Engine.Pages;

namespace KvCow.Engine.Transactions;

/// <summary>Shows one page as it lies in the file, whatever its bytes.</summary>
internal static class PageDecoder
{
    /// <exception cref="ArgumentOutOfRangeException">The file ends before the page.</exception>
    public static PageContent Decode(PageFile file, long pageId)
    {
        byte[] page = new byte[file.PageBytes];
        if (pageId is < 0 or > int.MaxValue || !file.TryRead(new PageId((uint)pageId), page))
        {
            throw new ArgumentOutOfRangeException(nameof(pageId), pageId,
                $"The file has pages 0 to {(file.Main.Length / file.PageBytes) - 1}.");
        }

        PageKind kind = PageHeader.Kind(page);
        string? problem = FindProblem(page, (uint)pageId);
        bool isTree = problem is null && kind is PageKind.Leaf or PageKind.Branch;
        return new PageContent(
            pageId,
            Enum.IsDefined(kind) ? NameOf(kind) : $"unknown ({(byte)kind})",
            PageHeader.Id(page).Index,
            PageHeader.Birth(page).Value,
            PageHeader.Level(page),
            PageHeader.Crc(page),
            problem,
            !isTree ? null : kind == PageKind.Leaf
                ? new LeafPage(page).UsedBytes
                : new BranchPage(page).UsedBytes,
            problem is null ? Fields(page, kind, (int)pageId) : [],
            !isTree ? [] : kind == PageKind.Leaf ? LeafCellsOf(page) : BranchCellsOf(page));
    }

    private static string? FindProblem(byte[] page, uint pageId)
    {
        if (!page.AsSpan().ContainsAnyExcept((byte)0)) return "it is all zeros: never used";
        if (!PageChecksum.IsIntact(page)) return "the CRC does not match the bytes";
        if (PageHeader.Id(page).Index != pageId) return "the page is another one";
        if (pageId < MetaPage.SlotCount)
            return MetaPage.TryRead(page, (int)pageId, out string why) is null ? why : null;
        return PageVerifier.FindProblem(page);
    }

    private static string NameOf(PageKind kind) => kind switch
    {
        PageKind.FreeList => "free list",
        PageKind.Meta => "meta",
        PageKind.Redo => "redo log",
        PageKind.Branch => "branch",
        PageKind.Leaf => "leaf",
        _ => "overflow",
    };

    private static List<KeyValuePair<string, string>> Fields(byte[] page, PageKind kind, int slot)
    {
        List<KeyValuePair<string, string>> fields = [];
        switch (kind)
        {
            case PageKind.Meta when MetaPage.TryRead(page, slot, out _) is { } meta:
                Add("database id", meta.DatabaseId);
                Add("commit", meta.Id.Value);
                Add("previous commit", meta.PreviousId.Value);
                Add("page bytes", meta.PageBytes);
                Add("pages of the file", meta.PageCount);
                Add("closed cleanly", meta.IsClean);
                Add("catalog root", Show(meta.CatalogRoot));
                Add("free list checkpoint", Show(meta.Checkpoint));
                Add("log beside the file", $"{meta.PendingBytes} bytes");
                Add("deltas in this page", $"{meta.InlineDeltas.Length} bytes");
                Add("redo log begins at page", meta.RedoStart.IsNone ? "none" : meta.RedoStart);
                Add("leaf, branch, overflow pages",
                    $"{meta.Pages.Leaf}, {meta.Pages.Branch}, {meta.Pages.Overflow}");
                break;
            case PageKind.Overflow:
                Add("place in its value", OverflowPage.Index(page));
                Add("tag", $"{OverflowPage.Tag(page):x8}");
                break;
            case PageKind.FreeList:
                Add("extents", FreeListPage.Count(page));
                Add("next page", FreeListPage.NextId(page).Index);
                break;
            case PageKind.Redo:
                RedoBatchHead batch = RedoPage.Head(page);
                Add("commits", $"{batch.Previous.Next} to {batch.Last}");
                Add("page of its batch", $"{RedoPage.Index(page) + 1} of {batch.PageCount}");
                Add("bytes of records", batch.RecordBytes);
                Add("next page", RedoPage.Next(page));
                break;
            case PageKind.Leaf:
                Add("prefix length", PageHeader.PrefixLength(page));
                Add("head bytes", new LeafPage(page).HeadBytes);
                Add("garbage bytes", PageHeader.Garbage(page));
                break;
            case PageKind.Branch:
                Add("prefix length", PageHeader.PrefixLength(page));
                break;
        }

        return fields;

        void Add(string name, object value) => fields.Add(new(
            name, Convert.ToString(value, CultureInfo.InvariantCulture)!));
    }

    private static string Show(in PageReference reference) => reference.IsNone
        ? "none"
        : $"page {reference.Id.Index}, born {reference.Birth.Value}, crc {reference.Crc:x8}";

    private static List<PageCell> LeafCellsOf(byte[] page)
    {
        LeafPage leaf = new(page);
        List<PageCell> cells = [];
        for (int i = 0; i < leaf.CellCount; i++)
        {
            byte[] key = leaf.KeyAt(i).ToArray();
            ReadOnlySpan<byte> value = leaf.ValueAt(i).Bytes;
            cells.Add(leaf.KindAt(i) switch
            {
                CellKind.Extent when ExtentReference.Read(value) is var extent =>
                    new PageCell(key, null, extent.First.Index, extent.Length),
                CellKind.Bucket when BucketRecord.Read(value).Entries is var root =>
                    new PageCell(key, null, root.IsNone ? null : root.Id.Index, root.Count),
                _ => new PageCell(key, value.ToArray(), null, null),
            });
        }

        return cells;
    }

    private static List<PageCell> BranchCellsOf(byte[] page)
    {
        BranchPage branch = new(page);
        byte[] separator = new byte[PageLimits.KeyBytesMax(page.Length)];
        List<PageCell> cells = [];
        for (int i = 0; i < branch.ChildCount; i++)
        {
            int length = i < branch.SeparatorCount ? branch.CopySeparator(i, separator) : 0;
            cells.Add(new PageCell(separator[..length], null,
                branch.ChildIdAt(i).Index, branch.CountAt(i)));
        }

        return cells;
    }
}
