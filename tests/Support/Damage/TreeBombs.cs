using KvCow.Engine.Pages;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Support.Damage;

/// <summary>Small files that seem to hold enormous trees, or very deep ones.</summary>
internal sealed class TreeBombs(
    FileMap map, FileImage image, PageSealing sealing, Random random)
{
    private readonly byte[] _main = image.Main;

    /// <summary>All children of a branch are one and the same.</summary>
    public void RepeatChild()
    {
        PageLink[] links = [.. map.Links.Where(static link => link.Birth > link.Id + 8)];
        if (links.Length == 0) return;
        PageLink some = links[random.Next(links.Length)];
        foreach (PageLink link in links.Where(link => link.Parent == some.Parent))
            link.CopyFrom(_main, some);
        sealing.SealWithCounts(some.Parent);
    }

    /// <summary>All buckets of a catalog are one and the same.</summary>
    public void RepeatBucket()
    {
        PageLink[] links = [.. map.Links.Where(link =>
            link.Birth == link.Id + 8 && link.Parent >= MetaPage.SlotCount)];
        if (links.Length == 0) return;
        PageLink some = links[random.Next(links.Length)];
        foreach (PageLink link in links.Where(link => link.Parent == some.Parent))
            link.CopyFrom(_main, some);
        sealing.SealWithCounts(some.Parent);
    }

    /// <summary>A tower of branches above a page, each with one child or with the same twice.
    /// </summary>
    public void Chain()
    {
        PageLink[] roots = [.. map.Links.Where(static link =>
            link.Birth == link.Id + 8 && link.ExtentPages == 0)];
        PageLink root = roots[random.Next(roots.Length)];
        PageReference below = PageReference.Read(_main.AsSpan(root.Id));
        // Another change may have been there before.
        if (below.Id.Index >= map.Meta.PageCount) return;
        if (PageHeader.Kind(sealing.PageAt(below.Id.Index))
            is not (PageKind.Leaf or PageKind.Branch)) return;
        bool isTwice = random.Next(2) == 0;
        int level = PageHeader.Level(sealing.PageAt(below.Id.Index)) + 1;
        int levels = random.Next(1, 40);
        foreach (uint place in map.Unused.Take(levels))
        {
            Span<byte> page = sealing.PageAt(place);
            page.Clear();
            // One child, or the same on both sides of a separator.
            PageId id = new(place);
            BranchEdit.InitializeRoot(
                page, id, below.Birth, Math.Min(level, 31), below, "m"u8, below);
            if (!isTwice) BranchEdit.RemoveChild(page, 1);
            WriteUInt64LittleEndian(page[PageHeader.BirthOffset..], below.Birth.Value);
            page[PageHeader.LevelOffset] = (byte)level++;
            ulong count = isTwice ? below.Count * 2 : below.Count;
            below = new PageReference(id, PageChecksum.Seal(page), below.Birth, count);
        }

        below.Write(_main.AsSpan(root.Id));
        sealing.Seal(root.Parent);
    }

    /// <summary>Buckets within buckets through all the unused pages of the file.</summary>
    public void NestBuckets() => NestBuckets(random.Next(2) == 0);

    /// <summary>The same, each bucket holding one other, or the same one twice.</summary>
    public void NestBuckets(bool isTwice)
    {
        PageLink[] roots = [.. map.Links.Where(link => link.Birth == link.Id + 8
            && link.ExtentPages == 0 && link.Parent >= MetaPage.SlotCount)];
        if (roots.Length == 0) return;
        PageLink root = roots[random.Next(roots.Length)];
        TransactionId birth = PageHeader.Birth(sealing.PageAt(root.Parent));
        PageReference below = PageReference.None;
        byte[] record = new byte[BucketRecord.Size];
        foreach (uint place in map.Unused)
        {
            Span<byte> page = sealing.PageAt(place);
            page.Clear();
            LeafPageWriter.Initialize(page, new PageId(place), birth);
            LeafPageWriter writer = new(page);
            new BucketRecord(PageReference.None, below, 7).Write(record);
            writer.TryInsert(0, "a"u8, CellKind.Bucket, record);
            if (isTwice) writer.TryInsert(1, "b"u8, CellKind.Bucket, record);
            LeafSeal.Seal(page.ToArray(), page);
            below = new PageReference(
                new PageId(place), PageChecksum.Seal(page), birth, isTwice ? 2UL : 1UL);
        }

        below.Write(_main.AsSpan(root.Id));
        sealing.Seal(root.Parent);
    }
}
