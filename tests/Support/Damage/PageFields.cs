using KvCow.Engine.Pages;

namespace KvCow.Tests.Support.Damage;

/// <summary>Every field of every kind of page, but the CRC: that is always made right.</summary>
/// <remarks>A new kind of page is one more line in the table and one more method.</remarks>
internal static class PageFields
{
    private static readonly Dictionary<PageKind, Func<byte[], IEnumerable<PageField>>> ByKind =
        new()
        {
            [PageKind.Meta] = Meta,
            [PageKind.Branch] = Branch,
            [PageKind.Leaf] = Leaf,
            [PageKind.Overflow] = Overflow,
            [PageKind.FreeList] = FreeList,
            [PageKind.Redo] = Redo,
        };

    /// <summary>All fields of a page that is sound.</summary>
    public static List<PageField> Of(byte[] page) =>
        ByKind.TryGetValue(PageHeader.Kind(page), out Func<byte[], IEnumerable<PageField>>? fields)
            ? [.. Identity(), .. fields(page)]
            : [.. Identity()];

    /// <summary>The fields of a root, as it stands in a meta page or a bucket record.</summary>
    public static IEnumerable<PageField> Reference(string name, int offset) =>
    [
        new($"{name} id", offset, 4, FieldRole.PageId),
        new($"{name} crc", offset + 4, 4, FieldRole.Plain),
        new($"{name} birth", offset + 8, 8, FieldRole.Birth),
        new($"{name} count", offset + 16, 8, FieldRole.Count),
    ];

    private static IEnumerable<PageField> Identity() =>
    [
        new("own id", PageHeader.IdOffset, 4, FieldRole.PageId),
        new("own birth", PageHeader.BirthOffset, 8, FieldRole.Birth),
        new("kind", PageHeader.KindOffset, 1, FieldRole.Plain),
        new("flags", PageHeader.FlagsOffset, 1, FieldRole.Plain),
        new("cell count", PageHeader.CellCountOffset, 2, FieldRole.Count),
        new("prefix length", PageHeader.PrefixLengthOffset, 2, FieldRole.Offset),
        new("level", PageHeader.LevelOffset, 1, FieldRole.Plain),
        new("reserved", 23, 1, FieldRole.Plain),
        new("heap start", PageHeader.HeapStartOffset, 4, FieldRole.Offset),
        new("garbage", PageHeader.GarbageOffset, 4, FieldRole.Offset),
        new("prefix sample", PageHeader.PrefixSampleOffset, 8, FieldRole.Plain),
    ];

    private static IEnumerable<PageField> Meta(byte[] page) =>
    [
        new("magic", 40, 8, FieldRole.Plain),
        new("format version", 48, 4, FieldRole.Plain),
        new("page size", 52, 4, FieldRole.Offset),
        new("database id", 56, 8, FieldRole.Plain),
        new("page count", 72, 4, FieldRole.Count),
        new("meta flags", 76, 4, FieldRole.Plain),
        .. Reference("catalog", 80),
        .. Reference("checkpoint", 104),
        new("logged through", 128, 8, FieldRole.Birth),
        new("pending bytes", 136, 8, FieldRole.Offset),
        new("pending crc", 144, 4, FieldRole.Plain),
        new("delta bytes", 148, 4, FieldRole.Offset),
        new("leaf pages", 152, 8, FieldRole.Count),
        new("branch pages", 160, 8, FieldRole.Count),
        new("overflow pages", 168, 8, FieldRole.Count),
        new("previous commit", 176, 8, FieldRole.Birth),
        new("redo start", 184, 4, FieldRole.PageId),
        new("redo tag", 188, 4, FieldRole.Plain),
        .. Enumerable.Range(0, 24).Select(static i =>
            new PageField($"delta byte {i}", 192 + i, 1, FieldRole.Plain)),
    ];

    private static IEnumerable<PageField> Branch(byte[] page)
    {
        BranchLayout layout = BranchLayout.Of(page);
        for (int i = 0; i < BranchLayout.HintCount; i++)
        {
            yield return new PageField($"hint {i}",
                BranchLayout.HintsOffset + i * layout.HeadBytes, layout.HeadBytes, FieldRole.Plain);
        }

        for (int i = 0; i < layout.SeparatorCount; i++)
        {
            yield return new PageField($"head {i}",
                layout.HeadsOffset + i * layout.HeadBytes, layout.HeadBytes, FieldRole.Plain);
            if (layout.HeadOnly) continue;
            int slot = layout.SlotsOffset + i * BranchLayout.SlotSize;
            yield return new PageField($"slot {i}", slot, 2, FieldRole.Offset);
            yield return new PageField(
                $"separator length {i}", BitConverter.ToUInt16(page, slot), 2, FieldRole.Offset);
        }

        for (int i = 0; i < layout.ChildCount; i++)
        {
            int child = layout.ChildrenOffset + i * PageReference.IdentitySize;
            yield return new PageField($"child crc {i}", child, 4, FieldRole.Plain);
            yield return new PageField($"child id {i}", child + 4, 4, FieldRole.PageId);
            yield return new PageField($"child birth {i}", child + 8, 8, FieldRole.Birth);
            yield return new PageField(
                $"child count {i}", layout.CountsOffset + 8 * i, 8, FieldRole.Count);
        }
    }

    private static IEnumerable<PageField> Leaf(byte[] page)
    {
        (int cells, int headBytes, int slots) = LeafArrays(page);
        for (int i = 0; i < cells; i++)
        {
            yield return new PageField($"head {i}",
                LeafPage.HeadsOffset + i * headBytes, headBytes, FieldRole.Plain);
            yield return new PageField($"slot {i}", slots + 2 * i, 2, FieldRole.Offset);
            // Where a field was changed before, there may be any number of slots, of any place.
            if (slots + 2 * (i + 1) > page.Length) yield break;
            int cell = BitConverter.ToUInt16(page, slots + 2 * i);
            if (cell > page.Length - LeafCell.HeaderSize) continue;
            yield return new PageField($"cell header {i}", cell, 4, FieldRole.Offset);
            yield return new PageField($"cell kind {i}", cell + 3, 1, FieldRole.Plain);
            (CellKind kind, int value) = CellAt(page, cell);
            if (kind == CellKind.Extent)
            {
                foreach (PageField field in Extent(value)) yield return field;
            }
            else if (kind == CellKind.Bucket)
            {
                foreach (PageField field in Bucket(value)) yield return field;
            }
        }
    }

    private static (int Cells, int HeadBytes, int Slots) LeafArrays(byte[] page)
    {
        LeafPage leaf = new(page);
        return (leaf.CellCount, leaf.HeadBytes, leaf.SlotsOffset);
    }

    /// <summary>What a cell holds, and where its value begins.</summary>
    public static (CellKind Kind, int ValueOffset) CellAt(byte[] page, int cell)
    {
        uint header = BitConverter.ToUInt32(page, cell);
        return (LeafCell.Kind(header), cell + LeafCell.HeaderSize + LeafCell.KeyLength(header));
    }

    private static IEnumerable<PageField> Extent(int offset) =>
    [
        new("extent first page", offset, 4, FieldRole.PageId),
        new("extent page count", offset + 4, 4, FieldRole.Count),
        new("extent length", offset + 8, 8, FieldRole.Offset),
        new("extent birth", offset + 16, 8, FieldRole.Birth),
        new("extent crc", offset + 24, 4, FieldRole.Plain),
        new("extent tag", offset + 28, 4, FieldRole.Plain),
    ];

    private static IEnumerable<PageField> Bucket(int offset) =>
    [
        .. Reference("entries", offset),
        .. Reference("nested", offset + BucketRecord.CatalogOffset),
        new("sequence", offset + 48, 8, FieldRole.Count),
        new("options", offset + 56, 8, FieldRole.Plain),
    ];

    private static IEnumerable<PageField> Overflow(byte[] page) =>
    [
        new("index", 24, 4, FieldRole.Count),
        new("tag", 28, 4, FieldRole.Plain),
        new("payload", PageHeader.Size, 8, FieldRole.Plain),
    ];

    private static IEnumerable<PageField> Redo(byte[] page) =>
    [
        new("commit before the batch", 40, 8, FieldRole.Birth),
        new("index in batch", 48, 4, FieldRole.Count),
        new("pages of batch", 52, 4, FieldRole.Count),
        new("record bytes", 56, 4, FieldRole.Offset),
        new("record crc", 60, 4, FieldRole.Plain),
        new("next page", 64, 4, FieldRole.PageId),
        new("tag", 68, 4, FieldRole.Plain),
    ];

    // Changed before, the count may be any number.
    private static int RunCount(byte[] page) =>
        Math.Clamp(FreeListPage.Count(page), 0, FreeListPage.CapacityOf(page.Length));

    private static IEnumerable<PageField> FreeList(byte[] page) =>
    [
        new("extents", 24, 4, FieldRole.Count),
        new("next page", 32, 4, FieldRole.PageId),
        new("next crc", 36, 4, FieldRole.Plain),
        .. Enumerable.Range(0, RunCount(page)).SelectMany(static i => new PageField[]
        {
            new($"run start {i}", PageHeader.Size + 8 * i, 4, FieldRole.PageId),
            new($"run length {i}", PageHeader.Size + 8 * i + 4, 4, FieldRole.Count),
        }),
    ];
}
