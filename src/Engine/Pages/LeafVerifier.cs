using System.Buffers;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>Checks the structure of a leaf, in bounded time and without throwing.</summary>
internal static class LeafVerifier
{
    public static string? FindProblem(ReadOnlySpan<byte> page, bool allowDirty) =>
        FindHeaderProblem(page, allowDirty)
        ?? FindCellProblem(page, allowDirty)
        ?? FindOverlap(page)
        ?? FindKeyProblem(page);

    private static string? FindHeaderProblem(ReadOnlySpan<byte> page, bool allowDirty)
    {
        int known = PageHeader.WideHeadsFlag | (allowDirty ? PageHeader.LooseFlag : 0);
        if (PageHeader.Level(page) != 0) return "a leaf has a level";
        if ((PageHeader.Flags(page) & ~known) != 0) return "a leaf has unknown flags";

        long heap = PageHeader.HeapStart(page);
        if (heap > page.Length) return "the heap begins behind the page";
        if (PageHeader.Garbage(page) > page.Length - heap) return "the garbage exceeds the heap";

        LeafPage leaf = new(page);
        if (leaf.GapBytes < 0) return "the slots reach into the heap";
        if (leaf.CellCount == 0 && leaf.PrefixLength != 0) return "an empty leaf has a prefix";
        return null;
    }

    private static string? FindCellProblem(ReadOnlySpan<byte> page, bool allowDirty)
    {
        LeafPage leaf = new(page);
        int keyBytesMax = PageLimits.KeyBytesMax(page.Length);
        int inlineBytesMax = PageLimits.InlineBytesMax(page.Length);
        int heapStart = leaf.HeapStart;
        int total = 0;
        for (int i = 0; i < leaf.CellCount; i++)
        {
            int offset = leaf.CellOffsetAt(i);
            if (offset < heapStart || offset > page.Length - LeafCell.HeaderSize)
                return "a slot points outside the heap";

            uint header = ReadUInt32LittleEndian(page[offset..]);
            int keyLength = LeafCell.KeyLength(header);
            int valueLength = LeafCell.ValueLength(header);
            int size = LeafCell.HeaderSize + keyLength + valueLength;
            if (size > page.Length - offset) return "a cell ends behind the page";
            if (keyLength > keyBytesMax) return "a key is too long";
            if (keyLength + valueLength > inlineBytesMax) return "a cell is too long";
            if (FindValueProblem(leaf.ValueAt(i), allowDirty) is { } problem) return problem;

            total += size;
            if (total > page.Length) return "cells overlap";
        }

        return total == leaf.CellBytes ? null : "cells and garbage do not fill the heap";
    }

    private static string? FindValueProblem(CellValue value, bool allowDirty)
    {
        switch (value.Kind)
        {
            case CellKind.Inline:
                return null;
            case CellKind.Extent:
                if (value.Bytes.Length != ExtentReference.Size)
                    return "an extent reference has a wrong length";
                return allowDirty || !ExtentReference.Read(value.Bytes).First.IsDirty
                    ? null
                    : "an extent reference names a dirty page";
            case CellKind.Bucket:
                if (value.Bytes.Length != BucketRecord.Size)
                    return "a bucket record has a wrong length";
                BucketRecord bucket = BucketRecord.Read(value.Bytes);
                if (Math.Max(bucket.Entries.Count, bucket.Catalog.Count) > long.MaxValue)
                    return "a bucket record counts more entries than any tree has";
                return allowDirty || !(bucket.Entries.Id.IsDirty || bucket.Catalog.Id.IsDirty)
                    ? null
                    : "a bucket record names a dirty page";
            default:
                return "the kind of a cell is unknown";
        }
    }

    /// <summary>Called when every cell by itself is in bounds.</summary>
    private static string? FindOverlap(ReadOnlySpan<byte> page)
    {
        LeafPage leaf = new(page);
        int end = leaf.HeapStart;
        for (int i = 0; i < leaf.CellCount; i++)
        {
            // A sealed leaf has its cells in order; one that was changed has to be sorted.
            int offset = leaf.CellOffsetAt(i);
            if (offset < end) return FindOverlapBySorting(leaf);
            end = offset + leaf.CellAt(i).Length;
        }

        return null;
    }

    private static string? FindOverlapBySorting(LeafPage leaf)
    {
        int[] cells = ArrayPool<int>.Shared.Rent(leaf.CellCount);
        for (int i = 0; i < leaf.CellCount; i++) cells[i] = leaf.CellOffsetAt(i);
        Span<int> offsets = cells.AsSpan(0, leaf.CellCount);
        offsets.Sort();
        int end = leaf.HeapStart;
        bool overlap = false;
        foreach (int offset in offsets)
        {
            overlap |= offset < end;
            end = offset + leaf.SizeOfCellIn(offset);
        }

        ArrayPool<int>.Shared.Return(cells);
        return overlap ? "cells overlap" : null;
    }

    private static string? FindKeyProblem(ReadOnlySpan<byte> page)
    {
        LeafPage leaf = new(page);
        int count = leaf.CellCount;
        int prefixLength = leaf.PrefixLength;
        if (count == 0)
        {
            return PageVerifier.IsSampleRight(page, default)
                ? null
                : "the prefix sample differs from the prefix";
        }

        ReadOnlySpan<byte> first = leaf.KeyAt(0);
        if (first.Length < prefixLength) return "a key is shorter than the prefix";
        ReadOnlySpan<byte> prefix = first[..prefixLength];
        if (!PageVerifier.IsSampleRight(page, prefix))
            return "the prefix sample differs from the prefix";

        int unusedBits = leaf.HeadBytes == sizeof(uint) ? 32 : 0;
        ulong headBefore = 0;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> key = leaf.KeyAt(i);
            ulong head = leaf.HeadAt(i);
            if (head != KeyHead.Of(key, prefixLength) >> unusedBits)
                return "a head differs from its key";
            if (!key.StartsWith(prefix)) return "keys do not share the prefix";

            // Behind a prefix that both share, heads that ascend say that the keys do.
            if (i > 0 && head <= headBefore && leaf.KeyAt(i - 1).SequenceCompareTo(key) >= 0)
                return "keys do not ascend";
            headBefore = head;
        }

        return null;
    }
}
