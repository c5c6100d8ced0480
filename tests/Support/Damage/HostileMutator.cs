using KvCow.Engine.Pages;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Tests.Support.Damage;

/// <summary>
/// Changes a sound file as an enemy would who knows the format: fields, references and cells, with
/// every checksum made right afterwards.
/// </summary>
internal sealed class HostileMutator
{
    private readonly Random _random;
    private readonly FileMap _map;
    private readonly FileImage _image;
    private readonly PageSealing _sealing;
    private readonly FieldValues _values;
    private readonly TreeBombs _bombs;
    private readonly Action[] _changes;

    public HostileMutator(FileMap map, FileImage image, Random random)
    {
        _random = random;
        _map = map;
        _image = image;
        _sealing = new PageSealing(map, image);
        _values = new FieldValues(map, random);
        _bombs = new TreeBombs(map, image, _sealing, random);
        _changes =
        [
            ChangeField, ChangeField, ChangeField, ChangeField, ChangeField, ChangeField,
            Redirect, Redirect, ForgeCycle, SwapCells, ShareCell, ShiftCell, CopyBytes,
            _bombs.RepeatChild, _bombs.RepeatBucket, _bombs.Chain, _bombs.NestBuckets,
            ChangeMeta, ChangeBirths, ChangeLog, ChangeLength,
        ];
    }

    /// <summary>What was done, for messages.</summary>
    public string Description { get; private set; } = "";

    /// <summary>One change or a few, and a say in what the other meta page holds.</summary>
    public void Run()
    {
        for (int i = _random.Next(4) / 2; i >= 0; i--)
        {
            Action change = _changes[_random.Next(_changes.Length)];
            Description += $"{change.Method.Name} ";
            change();
        }

        if (_random.Next(2) == 0) _sealing.CopyMeta(_random.Next(-1, 2));
    }

    private uint AnyPage() => _map.Pages[_random.Next(_map.Pages.Count)];

    private PageLink AnyLink() => _map.Links[_random.Next(_map.Links.Count)];

    private byte[] PageOf(uint page) => _map.PageOf(_image.Main, page);

    private void ChangeField()
    {
        // A kind first: there are many leaves, and one meta page.
        PageKind kind = _map.Kinds[_random.Next(_map.Kinds.Count)];
        List<uint> pages = _map.PagesOf(kind);
        ChangeField(pages[_random.Next(pages.Count)]);
    }

    private void ChangeMeta() => ChangeField((uint)_map.Meta.Slot);

    private void ChangeField(uint page)
    {
        byte[] bytes = PageOf(page);
        List<PageField> fields = PageFields.Of(bytes);
        PageField field = fields[_random.Next(fields.Count)];
        Description += $"page {page} {field.Name} ";
        if (field.Offset + field.Size > bytes.Length) return;
        Span<byte> place = _sealing.PageAt(page).Slice(field.Offset, field.Size);
        _values.Write(place, field.Role, page);
        SealMaybeWithCounts(page);
    }

    /// <summary>Lets a reference name another page, with all that is true of that page.</summary>
    private void Redirect()
    {
        PageLink link = AnyLink();
        Description += $"in page {link.Parent} ";
        if (_random.Next(2) == 0)
        {
            link.CopyFrom(_image.Main, AnyLink());
        }
        else
        {
            uint target = _values.AnyPageId(link.Parent);
            WriteUInt32LittleEndian(_image.Main.AsSpan(link.Id), target);
            if (target < _image.Main.Length / _map.PageBytes)
            {
                // What lies there is made a page that matches: only its meaning is wrong.
                Span<byte> page = _sealing.PageAt(target);
                PageHeader.SetIdentity(page, new PageId(target), PageHeader.Birth(page));
                uint crc = _sealing.Seal(target);
                WriteUInt32LittleEndian(_image.Main.AsSpan(link.Crc), crc);
                if (link.Birth >= 0)
                {
                    WriteUInt64LittleEndian(
                        _image.Main.AsSpan(link.Birth), PageHeader.Birth(page).Value);
                }
            }
        }

        SealMaybeWithCounts(link.Parent);
    }

    private void SealMaybeWithCounts(uint page)
    {
        if (_random.Next(2) == 0) _sealing.Seal(page);
        else _sealing.SealWithCounts(page);
    }

    private void ForgeCycle()
    {
        PageLink link = AnyLink();
        if (link.Parent < MetaPage.SlotCount || link.ExtentPages > 0 || link.Birth < 0) return;
        uint ancestor = link.Parent;
        for (int up = _random.Next(4); up > 0 && _map.LinkTo[ancestor].Parent > 1; up--)
            ancestor = _map.LinkTo[ancestor].Parent;
        Description += $"page {link.Parent} to {ancestor} ";
        if (!_sealing.TryForgeCycle(link, ancestor)) _sealing.Seal(link.Parent);
    }

    private bool TryFindLeaf(out uint page, out int cells, out int headBytes, out int slots)
    {
        List<uint> leaves = _map.PagesOf(PageKind.Leaf);
        page = leaves[_random.Next(leaves.Count)];
        LeafPage leaf = new(_sealing.PageAt(page));
        cells = leaf.CellCount;
        headBytes = leaf.HeadBytes;
        slots = leaf.SlotsOffset;
        return cells > 1 && slots + (2 * cells) < _map.PageBytes;
    }

    /// <summary>Two cells change places, with their heads: the order is wrong, or a key twice.
    /// </summary>
    private void SwapCells()
    {
        if (!TryFindLeaf(out uint id, out int cells, out int headBytes, out int slots)) return;
        Span<byte> page = _sealing.PageAt(id);
        int a = _random.Next(cells);
        int b = _random.Next(cells);
        Swap(page.Slice(slots + 2 * a, 2), page.Slice(slots + 2 * b, 2));
        Swap(page.Slice(LeafPage.HeadsOffset + a * headBytes, headBytes),
            page.Slice(LeafPage.HeadsOffset + b * headBytes, headBytes));
        _sealing.Seal(id);
    }

    private static void Swap(Span<byte> a, Span<byte> b)
    {
        Span<byte> former = stackalloc byte[8];
        a.CopyTo(former);
        b.CopyTo(a);
        former[..a.Length].CopyTo(b);
    }

    /// <summary>Two slots lead to one cell, whose head they both have.</summary>
    private void ShareCell()
    {
        if (!TryFindLeaf(out uint id, out int cells, out int headBytes, out int slots)) return;
        Span<byte> page = _sealing.PageAt(id);
        int a = _random.Next(cells - 1);
        page.Slice(slots + 2 * a, 2).CopyTo(page[(slots + 2 * a + 2)..]);
        page.Slice(LeafPage.HeadsOffset + a * headBytes, headBytes)
            .CopyTo(page[(LeafPage.HeadsOffset + (a + 1) * headBytes)..]);
        _sealing.Seal(id);
    }

    /// <summary>A cell begins or ends elsewhere: in its neighbour, or behind the page.</summary>
    private void ShiftCell()
    {
        if (!TryFindLeaf(out uint id, out int cells, out _, out int slots)) return;
        Span<byte> page = _sealing.PageAt(id);
        Span<byte> slot = page.Slice(slots + 2 * _random.Next(cells), 2);
        int offset = ReadUInt16LittleEndian(slot);
        if (_random.Next(2) == 0)
        {
            WriteUInt16LittleEndian(slot, (ushort)(offset + _random.Next(-40, 41)));
        }
        else if (offset + 4 <= page.Length)
        {
            // Bytes go from the key to the value or back, so that the cell's size stays.
            uint header = ReadUInt32LittleEndian(page[offset..]);
            int shift = _random.Next(-8, 9);
            WriteUInt32LittleEndian(page[offset..], header + (uint)(shift - (shift << 15)));
        }

        _sealing.Seal(id);
    }

    private void CopyBytes()
    {
        uint id = AnyPage();
        Span<byte> page = _sealing.PageAt(id);
        int length = _random.Next(1, 200);
        int from = _random.Next(page.Length - length);
        page.Slice(from, length).CopyTo(page[_random.Next(page.Length - length)..]);
        _sealing.Seal(id);
    }

    /// <summary>Transactions near the last number there is.</summary>
    private void ChangeBirths()
    {
        ulong birth = ulong.MaxValue - (ulong)_random.Next(5);
        if (_random.Next(4) == 0) birth = (ulong)long.MaxValue + (ulong)_random.Next(3);
        Span<byte> meta = _sealing.PageAt((uint)_map.Meta.Slot);
        WriteUInt64LittleEndian(meta[PageHeader.BirthOffset..], birth);
        if (_random.Next(2) == 0) WriteUInt64LittleEndian(meta[176..], birth - 1);
        if (_random.Next(2) == 0) WriteUInt64LittleEndian(meta[128..], birth);
        for (int i = _random.Next(4); i > 0; i--)
        {
            uint page = AnyPage();
            WriteUInt64LittleEndian(_sealing.PageAt(page)[PageHeader.BirthOffset..], birth);
            _sealing.Seal(page);
        }

        _sealing.SealLog();
    }

    /// <summary>Bytes of the log beside the file, of the deltas in the meta page, of the head.
    /// </summary>
    private void ChangeLog()
    {
        Span<byte> log = _image.Pending is { Length: > 4200 } pending && _random.Next(3) > 0
            ? pending.AsSpan(_random.Next(3) == 0 ? 0 : 4096)
            : _sealing.PageAt((uint)_map.Meta.Slot)[192..];
        for (int i = _random.Next(3); i >= 0; i--)
        {
            int size = 1 << _random.Next(4);
            _values.Write(log.Slice(_random.Next(100), size), FieldRole.Plain, 0);
        }

        _sealing.SealLog();
    }

    /// <summary>More or fewer pages than the file has, and the other way round.</summary>
    private void ChangeLength()
    {
        Span<byte> meta = _sealing.PageAt((uint)_map.Meta.Slot);
        int pages = _image.Main.Length / _map.PageBytes;
        WriteUInt32LittleEndian(meta[72..], (uint)Math.Max(0, pages + _random.Next(-8, 9)));
        PageChecksum.Seal(meta);
    }
}
