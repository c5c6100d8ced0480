using System.Runtime.CompilerServices;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>Reads a branch: which child holds a key, and what is known of each child.</summary>
internal readonly ref struct BranchPage(ReadOnlySpan<byte> page)
{
    private readonly ReadOnlySpan<byte> _page = page;

    public int SeparatorCount => PageHeader.CellCount(_page);

    public int ChildCount => SeparatorCount + 1;

    public int Level => PageHeader.Level(_page);

    /// <summary>Bytes that carry something, header included.</summary>
    public int UsedBytes =>
        BranchLayout.Of(_page).End + _page.Length - (int)PageHeader.HeapStart(_page);

    /// <summary>The bytes that all separators begin with.</summary>
    public ReadOnlySpan<byte> Prefix => _page[^PageHeader.PrefixLength(_page)..];

    /// <summary>Index of the child whose subtree holds the key if any does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public int FindChild(ReadOnlySpan<byte> key)
    {
        HeadSearch.Prefetch(_page);
        PageShape shape = new(_page);
        int usual = PageSearch.FindChild(_page, shape, key);
        return usual >= 0 ? usual : FindChildOfAny(shape, key);
    }

    /// <summary>The same, whatever the page and the key.</summary>
    private int FindChildOfAny(PageShape shape, ReadOnlySpan<byte> key)
    {
        int count = shape.CellCount;
        int prefixLength = shape.PrefixLength;
        if (prefixLength != 0)
        {
            int order = prefixLength <= sizeof(ulong)
                ? KeyPrefix.CompareSample(_page, prefixLength, key)
                : KeyPrefix.Compare(Prefix, key);
            if (order != 0) return order < 0 ? 0 : count;
        }

        ulong head = KeyHead.Of(key, prefixLength);
        int index = shape.HasWideHeads
            ? HeadSearch.CountAtMost(_page, count, head)
            : HeadSearch.CountAtMost(_page, count, KeyHead.Narrow(head));
        return shape.IsHeadOnly ? index : FindAmongTies(key, head, index);
    }

    public PageReference ChildAt(int index)
    {
        BranchLayout layout = BranchLayout.Of(_page);
        return PageReference.ReadIdentity(IdentityIn(layout, index)) with
        {
            Count = ReadUInt64LittleEndian(At(layout.CountsOffset, index, sizeof(ulong))),
        };
    }

    /// <summary>
    /// The same without the count, which lies in a cache line of its own that a search needs not
    /// wait for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public PageReference ChildIdentityAt(int index) =>
        PageReference.ReadIdentity(IdentityIn(BranchLayout.Of(_page), index));

    public PageId ChildIdAt(int index) => ChildIdentityAt(index).Id;

    /// <summary>The first child from an index on that is a dirty page, or their count.</summary>
    public int FindDirtyChild(int from)
    {
        BranchLayout layout = BranchLayout.Of(_page);
        return DirtyChildren.Find(_page.Slice(
            layout.ChildrenOffset, layout.ChildCount * PageReference.IdentitySize), from);
    }

    public ulong CountAt(int index) => ReadUInt64LittleEndian(
        At(BranchLayout.Of(_page).CountsOffset, index, sizeof(ulong)));

    public ulong HeadAt(int index)
    {
        BranchLayout layout = BranchLayout.Of(_page);
        return layout.HeadBytes == sizeof(uint)
            ? ReadUInt32LittleEndian(At(layout.HeadsOffset, index, sizeof(uint)))
            : ReadUInt64LittleEndian(At(layout.HeadsOffset, index, sizeof(ulong)));
    }

    public ulong HintAt(int index) =>
        BranchLayout.Of(_page).HeadBytes == sizeof(uint)
            ? ReadUInt32LittleEndian(At(BranchLayout.HintsOffset, index, sizeof(uint)))
            : ReadUInt64LittleEndian(At(BranchLayout.HintsOffset, index, sizeof(ulong)));

    /// <summary>Copies a whole separator and returns its length.</summary>
    public int CopySeparator(int index, Span<byte> buffer)
    {
        Prefix.CopyTo(buffer);
        return Prefix.Length + CopySuffix(index, buffer[Prefix.Length..]);
    }

    /// <summary>Copies what a separator has behind the prefix and returns its length.</summary>
    public int CopySuffix(int index, Span<byte> buffer)
    {
        BranchLayout layout = BranchLayout.Of(_page);
        if (!layout.HeadOnly)
        {
            ReadOnlySpan<byte> suffix = SuffixAt(index);
            suffix.CopyTo(buffer);
            return suffix.Length;
        }

        // The padding is known from the separator, which does not end in zero.
        ulong head = HeadAt(index);
        if (layout.HeadBytes == sizeof(uint)) head <<= 32;
        int length = 0;
        for (; head != 0; head <<= 8) buffer[length++] = (byte)(head >> 56);
        return length;
    }

    /// <summary>What a separator has behind the prefix, in a page with cells.</summary>
    public ReadOnlySpan<byte> SuffixAt(int index)
    {
        int slots = BranchLayout.Of(_page).SlotsOffset;
        int offset = ReadUInt16LittleEndian(At(slots, index, BranchLayout.SlotSize));
        int length = ReadUInt16LittleEndian(_page[offset..]);
        return _page.Slice(offset + BranchLayout.CellHeaderSize, length);
    }

    /// <summary>Settles the search where heads equal the key's.</summary>
    /// <param name="key">The key, which begins with the prefix.</param>
    /// <param name="head">Its head, 8 bytes.</param>
    /// <param name="high">How many heads are not above it.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int FindAmongTies(ReadOnlySpan<byte> key, ulong head, int high)
    {
        BranchLayout layout = BranchLayout.Of(_page);
        if (layout.HeadBytes == sizeof(uint)) head = KeyHead.Narrow(head);
        if (high == 0 || HeadAt(high - 1) != head) return high;

        ReadOnlySpan<byte> rest = key[PageHeader.PrefixLength(_page)..];
        int low = 0;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            bool atMost = HeadAt(middle) != head || SuffixAt(middle).SequenceCompareTo(rest) <= 0;
            if (atMost) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private ReadOnlySpan<byte> IdentityIn(BranchLayout layout, int index) =>
        At(layout.ChildrenOffset, index, PageReference.IdentitySize);

    private ReadOnlySpan<byte> At(int array, int index, int size) =>
        _page.Slice(array + (index * size), size);
}
