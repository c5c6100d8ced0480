using System.Numerics;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>Checks the structure of a branch, in bounded time and without throwing.</summary>
internal static class BranchVerifier
{
    public static string? FindProblem(ReadOnlySpan<byte> page, bool allowDirty) =>
        FindHeaderProblem(page)
        ?? FindCellProblem(page)
        ?? FindHeadProblem(page)
        ?? FindHintProblem(page)
        ?? FindChildProblem(page, allowDirty);

    private static string? FindHeaderProblem(ReadOnlySpan<byte> page)
    {
        const byte KnownFlags = PageHeader.WideHeadsFlag | PageHeader.HeadOnlyFlag;
        if (PageHeader.Level(page) is 0 or >= PageLimits.TreeLevelsMax)
            return "the level of a branch is out of range";
        if ((PageHeader.Flags(page) & ~KnownFlags) != 0) return "a branch has unknown flags";
        if (PageHeader.Garbage(page) != 0) return "a branch has garbage";

        int prefixLength = PageHeader.PrefixLength(page);
        if (prefixLength > PageLimits.KeyBytesMax(page.Length)) return "the prefix is too long";

        BranchLayout layout = BranchLayout.Of(page);
        long heap = PageHeader.HeapStart(page);
        if (heap > page.Length - prefixLength) return "the heap begins in the prefix";
        if (heap < layout.End) return "the arrays of a branch reach into the heap";
        if (layout.HeadOnly && heap != page.Length - prefixLength)
            return "a branch without cells has a heap";
        if (layout.SeparatorCount == 0 && prefixLength != 0)
            return "a branch without separators has a prefix";
        return PageVerifier.IsSampleRight(page, page[^prefixLength..])
            ? null
            : "the prefix sample differs from the prefix";
    }

    /// <summary>Cells lie in order, one right behind the other, from the heap's start.</summary>
    private static string? FindCellProblem(ReadOnlySpan<byte> page)
    {
        BranchLayout layout = BranchLayout.Of(page);
        if (layout.HeadOnly) return null;

        int prefixLength = PageHeader.PrefixLength(page);
        int suffixBytesMax = PageLimits.KeyBytesMax(page.Length) - prefixLength;
        int end = page.Length - prefixLength;
        int expected = (int)PageHeader.HeapStart(page);
        for (int i = 0; i < layout.SeparatorCount; i++)
        {
            int slot = layout.SlotsOffset + (i * BranchLayout.SlotSize);
            if (ReadUInt16LittleEndian(page[slot..]) != expected) return "a slot is out of place";
            if (expected > end - BranchLayout.CellHeaderSize)
                return "a cell ends behind the heap";
            int length = ReadUInt16LittleEndian(page[expected..]);
            if (length > suffixBytesMax) return "a separator is too long";
            expected += BranchLayout.CellHeaderSize + length;
            if (expected > end) return "a cell ends behind the heap";
        }

        return expected == end ? null : "cells do not fill the heap";
    }

    private static string? FindHeadProblem(ReadOnlySpan<byte> page)
    {
        BranchPage branch = new(page);
        BranchLayout layout = BranchLayout.Of(page);
        int unusedBits = layout.HeadBytes == sizeof(uint) ? 32 : 0;
        int suffixBytesMax =
            PageLimits.KeyBytesMax(page.Length) - PageHeader.PrefixLength(page);
        ulong headBefore = 0;
        for (int i = 0; i < layout.SeparatorCount; i++)
        {
            ulong head = branch.HeadAt(i);
            ulong before = headBefore;
            headBefore = head;
            if (layout.HeadOnly)
            {
                if (i > 0 && before >= head) return "separators do not ascend";
                int suffixLength = sizeof(ulong)
                    - (BitOperations.TrailingZeroCount(head << unusedBits) / 8);
                if (suffixLength > suffixBytesMax) return "a separator is too long";
                continue;
            }

            ReadOnlySpan<byte> suffix = branch.SuffixAt(i);
            if (head != KeyHead.Of(suffix, 0) >> unusedBits)
                return "a head differs from its separator";
            if (i > 0 && head <= before && branch.SuffixAt(i - 1).SequenceCompareTo(suffix) >= 0)
                return "separators do not ascend";
        }

        return null;
    }

    private static string? FindHintProblem(ReadOnlySpan<byte> page)
    {
        BranchPage branch = new(page);
        BranchLayout layout = BranchLayout.Of(page);
        for (int i = 0; i < BranchLayout.HintCount; i++)
        {
            int sampled = ((i + 1) * layout.HintStep) - 1;
            bool exists = sampled >= 0 && sampled < layout.SeparatorCount;
            ulong none = layout.HeadBytes == sizeof(uint) ? uint.MaxValue : ulong.MaxValue;
            if (branch.HintAt(i) != (exists ? branch.HeadAt(sampled) : none))
                return "a hint differs from its head";
        }

        return null;
    }

    private static string? FindChildProblem(ReadOnlySpan<byte> page, bool allowDirty)
    {
        BranchLayout layout = BranchLayout.Of(page);
        BranchPage branch = new(page);
        ulong total = 0;
        for (int i = 0; i < layout.ChildCount; i++)
        {
            PageReference child = branch.ChildAt(i);
            if (child.Id.IsNone) return "a branch has no page for a child";
            if (child.Id.IsDirty && !allowDirty) return "a branch names a dirty page";
            if (child.Birth.Value == 0) return "a child has no birth";

            ulong count = child.Count;
            if (count == 0) return "a child has no entries";
            if (count > long.MaxValue - total) return "the counts exceed any tree";
            total += count;
        }

        return null;
    }
}
