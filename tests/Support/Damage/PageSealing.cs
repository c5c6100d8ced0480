using KvCow.Engine.Pages;
using KvCow.Engine.Transactions;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Support.Damage;

/// <summary>
/// Makes the checksums of a changed file right again: the page's, then what its parent says of it,
/// and so on up to the meta page. What is left to find is what the pages mean.
/// </summary>
internal sealed class PageSealing(FileMap map, FileImage image)
{
    private readonly byte[] _main = image.Main;

    public Span<byte> PageAt(uint page) =>
        _main.AsSpan((int)page * map.PageBytes, map.PageBytes);

    /// <summary>The CRC that the page has in the end.</summary>
    public uint Seal(uint page)
    {
        uint crc = PageChecksum.Seal(PageAt(page));
        // A sound tree has one parent a page and few levels; the path ends in the meta page.
        while (map.LinkTo.TryGetValue(page, out PageLink link))
        {
            uint child = link.ExtentPages == 0 ? page : BitConverter.ToUInt32(_main, link.Id);
            WriteUInt32LittleEndian(_main.AsSpan(link.Crc),
                link.ExtentPages == 0 ? PageHeader.Crc(PageAt(page)) : CrcOf(link));
            if (link.Birth >= 0 && child < map.Meta.PageCount)
            {
                WriteUInt64LittleEndian(
                    _main.AsSpan(link.Birth), PageHeader.Birth(PageAt(child)).Value);
            }

            page = link.Parent;
            PageChecksum.Seal(PageAt(page));
        }

        return crc;
    }

    /// <summary>
    /// Lets everything above a page count what now lies below it, as far as the tree's root; then
    /// seals the path.
    /// </summary>
    public void SealWithCounts(uint page)
    {
        for (uint at = page; map.LinkTo.TryGetValue(at, out PageLink link); at = link.Parent)
        {
            PageKind kind = PageHeader.Kind(PageAt(at));
            if (link.Count < 0 || kind is not (PageKind.Leaf or PageKind.Branch)) break;
            WriteUInt64LittleEndian(_main.AsSpan(link.Count), CountIn(PageAt(at), kind));
            if (PageHeader.Kind(PageAt(link.Parent)) != PageKind.Branch) break;
        }

        Seal(page);
    }

    private static ulong CountIn(ReadOnlySpan<byte> page, PageKind kind)
    {
        if (kind == PageKind.Leaf) return (ulong)PageHeader.CellCount(page);
        BranchLayout layout = BranchLayout.Of(page);
        ulong sum = 0;
        for (int i = 0; i < layout.ChildCount; i++)
        {
            int offset = layout.CountsOffset + 8 * i;
            if (offset + 8 <= page.Length) sum += ReadUInt64LittleEndian(page[offset..]);
        }

        return sum;
    }

    /// <summary>Gives the free list's log the CRC that its meta page then asks for.</summary>
    public void SealLog()
    {
        Span<byte> meta = PageAt((uint)map.Meta.Slot);
        long bytes = ReadInt64LittleEndian(meta[136..]);
        uint crc = PendingFile.SeedCrc(
            new Guid(meta.Slice(56, 16)), PageReference.Read(meta[104..]));
        if (image.Pending is { } pending && bytes > 0 && bytes <= pending.Length - 4096)
            crc = Crc32C.Append(crc, pending.AsSpan(4096, (int)bytes));
        WriteUInt32LittleEndian(meta[144..], crc);
        PageChecksum.Seal(meta);
        if (image.Pending is { Length: >= 48 } head)
            WriteUInt32LittleEndian(head, Crc32C.Compute(head.AsSpan(4, 44)));
    }

    /// <summary>Puts the commit into the other slot, too, under the same or another id.</summary>
    public void CopyMeta(long idStep)
    {
        Span<byte> other = PageAt((uint)map.Meta.OtherSlot);
        PageAt((uint)map.Meta.Slot).CopyTo(other);
        PageHeader.SetIdentity(other, new PageId((uint)map.Meta.OtherSlot),
            new TransactionId((ulong)((long)PageHeader.Birth(other).Value + idStep)));
        PageChecksum.Seal(other);
    }

    /// <summary>
    /// Lets a page below name one above it, with the CRC that this one has once it names it: the
    /// CRC is linear, so that 33 trials give 32 equations. False if they have no solution.
    /// </summary>
    public bool TryForgeCycle(in PageLink link, uint ancestor)
    {
        ulong birth = PageHeader.Birth(PageAt(ancestor)).Value;
        for (uint page = link.Parent; ; page = map.LinkTo[page].Parent)
        {
            // Nothing on the way may be older than what it names.
            WriteUInt64LittleEndian(PageAt(page)[PageHeader.BirthOffset..], birth);
            if (page == ancestor) break;
        }

        WriteUInt32LittleEndian(_main.AsSpan(link.Id), ancestor);
        if (link.Birth >= 0) WriteUInt64LittleEndian(_main.AsSpan(link.Birth), birth);
        uint constant = Claim(link, ancestor, 0);
        uint[] columns = new uint[32];
        for (int bit = 0; bit < 32; bit++)
            columns[bit] = Claim(link, ancestor, 1u << bit) ^ constant ^ (1u << bit);
        if (!TrySolve(columns, constant, out uint crc)) return false;
        return Claim(link, ancestor, crc) == crc;
    }

    private uint Claim(in PageLink link, uint ancestor, uint crc)
    {
        WriteUInt32LittleEndian(_main.AsSpan(link.Crc), crc);
        Seal(link.Parent);
        return PageHeader.Crc(PageAt(ancestor));
    }

    /// <summary>Which columns add up to the sum, by elimination over bits.</summary>
    private static bool TrySolve(uint[] columns, uint sum, out uint solution)
    {
        solution = 0;
        uint[] bases = new uint[32];
        uint[] chosen = new uint[32];
        for (int i = 0; i < 32; i++)
        {
            uint vector = columns[i];
            uint mask = 1u << i;
            Reduce(bases, chosen, ref vector, ref mask);
            if (vector == 0) continue;
            int top = 31 - int.CreateChecked(uint.LeadingZeroCount(vector));
            bases[top] = vector;
            chosen[top] = mask;
        }

        Reduce(bases, chosen, ref sum, ref solution);
        return sum == 0;
    }

    private static void Reduce(uint[] bases, uint[] chosen, ref uint vector, ref uint mask)
    {
        for (int top = 31; top >= 0; top--)
        {
            if ((vector >> top & 1) == 0 || bases[top] == 0) continue;
            vector ^= bases[top];
            mask ^= chosen[top];
        }
    }

    private uint CrcOf(in PageLink extent)
    {
        uint first = BitConverter.ToUInt32(_main, extent.Id);
        uint crc = 0;
        for (uint i = 0; i < extent.ExtentPages && first + i < map.Meta.PageCount; i++)
            crc = ExtentReader.AppendCrc(crc, PageAt(first + i));
        return crc;
    }
}
