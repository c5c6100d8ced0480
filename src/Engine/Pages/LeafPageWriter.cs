using System.Diagnostics;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>Changes a leaf in place. Keys and values passed in must not lie in the page.</summary>
internal readonly ref struct LeafPageWriter(Span<byte> page)
{
    private readonly Span<byte> _page = page;

    public static void Initialize(Span<byte> page, PageId id, TransactionId birth)
    {
        PageHeader.Initialize(page, id, birth, PageKind.Leaf);
        PageHeader.SetHeapStart(page, page.Length);
        PageHeader.SetLoose(page); // The gap holds whatever was there before.
    }

    /// <summary>Inserts a cell before the one at <paramref name="index"/>.</summary>
    /// <returns>False, and nothing changed, if it does not fit even after compaction.</returns>
    public bool TryInsert(
        int index, ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        LeafPage leaf = new(_page);
        Debug.Assert(index >= 0);
        Debug.Assert(index <= leaf.CellCount);
        int size = LeafCell.SizeOf(key, value);
        if (leaf.GapBytes < size + leaf.HeadBytes + LeafPage.SlotSize)
            return TryRebuild(index, replace: false, key, kind, value);

        SharePrefixWith(key);
        int offset = leaf.HeapStart - size;
        LeafCell.Write(_page[offset..], key, kind, value);
        PageHeader.SetHeapStart(_page, offset);
        OpenSlot(index);
        WriteSlot(index, offset);
        LeafHeads.Write(_page, index, leaf.HeadBytes, KeyHead.Of(key, leaf.PrefixLength));
        WidenIfTied(index);
        PageHeader.SetLoose(_page);
        return true;
    }

    /// <summary>Gives a cell another value.</summary>
    /// <returns>False, and nothing changed, if it does not fit even after compaction.</returns>
    public bool TryReplaceValue(int index, CellKind kind, ReadOnlySpan<byte> value)
    {
        LeafPage leaf = new(_page);
        int offset = leaf.CellOffsetAt(index);
        int oldSize = leaf.CellAt(index).Length;
        int keyLength = leaf.KeyAt(index).Length;
        int newSize = LeafCell.HeaderSize + keyLength + value.Length;
        if (newSize > oldSize)
        {
            if (leaf.GapBytes < newSize)
                return TryRebuild(index, replace: true, leaf.KeyAt(index), kind, value);

            ReadOnlySpan<byte> key = leaf.KeyAt(index);
            offset = leaf.HeapStart - newSize;
            key.CopyTo(_page[(offset + LeafCell.HeaderSize)..]);
            PageHeader.SetHeapStart(_page, offset);
            PageHeader.SetGarbage(_page, leaf.Garbage + oldSize);
            WriteSlot(index, offset);
        }
        else
        {
            PageHeader.SetGarbage(_page, leaf.Garbage + oldSize - newSize);
        }

        if (newSize != oldSize) PageHeader.SetLoose(_page);
        LeafCell.WriteHeader(_page[offset..], keyLength, kind, value.Length);
        value.CopyTo(_page[(offset + LeafCell.HeaderSize + keyLength)..]);
        return true;
    }

    /// <summary>The bytes of a value, to overwrite in place.</summary>
    public Span<byte> ValueBytesAt(int index)
    {
        LeafPage leaf = new(_page);
        ReadOnlySpan<byte> cell = leaf.CellAt(index);
        int length = leaf.ValueAt(index).Bytes.Length;
        return _page.Slice(leaf.CellOffsetAt(index) + cell.Length - length, length);
    }

    public void RemoveAt(int index) => RemoveRange(index, 1);

    public void RemoveRange(int index, int count)
    {
        LeafPage leaf = new(_page);
        int rest = leaf.CellCount - count;
        Debug.Assert(index >= 0);
        Debug.Assert(index <= rest);
        if (rest == 0)
        {
            new LeafBuilder(_page, 0, 0).Finish();
            return;
        }

        for (int i = index; i < index + count; i++)
            FreeCell(leaf.CellOffsetAt(i), leaf.CellAt(i).Length);
        int headBytes = leaf.HeadBytes;
        int slots = leaf.SlotsOffset;
        int slotsAfter = LeafPage.HeadsOffset + (rest * headBytes);
        Move(LeafPage.HeadsOffset + ((index + count) * headBytes),
            LeafPage.HeadsOffset + (index * headBytes), (rest - index) * headBytes);
        Move(slots, slotsAfter, index * LeafPage.SlotSize);
        Move(slots + ((index + count) * LeafPage.SlotSize),
            slotsAfter + (index * LeafPage.SlotSize), (rest - index) * LeafPage.SlotSize);
        PageHeader.SetCellCount(_page, rest);
        PageHeader.SetLoose(_page);
    }

    /// <summary>Writes the whole page anew with one change, and without garbage.</summary>
    private bool TryRebuild(
        int index, bool replace, ReadOnlySpan<byte> key, CellKind kind, ReadOnlySpan<byte> value)
    {
        LeafPage leaf = new(_page);
        int count = replace ? leaf.CellCount : leaf.CellCount + 1;
        int bytes = leaf.CellBytes + LeafCell.SizeOf(key, value);
        if (replace) bytes -= leaf.CellAt(index).Length;
        if (!LeafBuilder.Fits(_page.Length, count, bytes)) return false;

        ReadOnlySpan<byte> copy = PageScratch.Copy(_page);
        if (replace) key = new LeafPage(copy).KeyAt(index);
        LeafBuilder.Build(new LeafCells(copy, index, replace, key, kind, value), 0, count, _page);
        return true;
    }

    /// <summary>Shortens the page's prefix to what it shares with a key about to come in.</summary>
    private void SharePrefixWith(ReadOnlySpan<byte> key)
    {
        LeafPage leaf = new(_page);
        if (leaf.CellCount == 0)
        {
            // The first key is all prefix: the next one shortens it to what the two share.
            PageHeader.SetPrefix(_page, key);
            return;
        }

        int prefixLength = leaf.PrefixLength;
        if (prefixLength == 0) return;
        // Mostly the header tells; the first cell would be one more wait for memory.
        bool isInHeader = prefixLength <= sizeof(ulong);
        if (isInHeader && KeyPrefix.CompareSample(_page, prefixLength, key) == 0) return;
        int shared = key.CommonPrefixLength(leaf.KeyAt(0)[..prefixLength]);
        if (shared < prefixLength) LeafHeads.Rewrite(_page, shared, leaf.HeadBytes);
    }

    /// <summary>Makes room for a head and a slot; the cell count grows.</summary>
    private void OpenSlot(int index)
    {
        LeafPage leaf = new(_page);
        int count = leaf.CellCount;
        int headBytes = leaf.HeadBytes;
        int slots = leaf.SlotsOffset;
        int tail = count - index;
        Move(slots + (index * LeafPage.SlotSize),
            slots + headBytes + ((index + 1) * LeafPage.SlotSize), tail * LeafPage.SlotSize);
        Move(slots, slots + headBytes, index * LeafPage.SlotSize);
        int head = LeafPage.HeadsOffset + (index * headBytes);
        Move(head, head + headBytes, tail * headBytes);
        PageHeader.SetCellCount(_page, count + 1);
    }

    private void WidenIfTied(int index)
    {
        LeafPage leaf = new(_page);
        if (leaf.HeadBytes == sizeof(ulong)) return;
        ulong head = leaf.HeadAt(index);
        bool tied = (index > 0 && leaf.HeadAt(index - 1) == head)
            || (index + 1 < leaf.CellCount && leaf.HeadAt(index + 1) == head);
        if (tied && leaf.GapBytes >= leaf.CellCount * sizeof(uint))
            LeafHeads.Rewrite(_page, leaf.PrefixLength, sizeof(ulong));
    }

    private void FreeCell(int offset, int size)
    {
        LeafPage leaf = new(_page);
        if (offset == leaf.HeapStart) PageHeader.SetHeapStart(_page, offset + size);
        else PageHeader.SetGarbage(_page, leaf.Garbage + size);
    }

    private void WriteSlot(int index, int offset) => WriteUInt16LittleEndian(
        _page[(new LeafPage(_page).SlotsOffset + (index * LeafPage.SlotSize))..], (ushort)offset);

    private void Move(int from, int to, int length) =>
        _page.Slice(from, length).CopyTo(_page[to..]);
}
