using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KvCow.Engine.Pages;

/// <summary>
/// The search within one page, for pages and keys of the usual form: heads that fit a few vectors,
/// a prefix of at most 8 bytes, a key of at least 8. For others it says so, and
/// <see cref="BranchPage"/> and <see cref="LeafPage"/> do it step by step.
/// </summary>
/// <remarks>
/// A page is read without a check here: whatever passed
/// <see cref="PageVerifier"/>, or was written here, has its arrays within the page. Each method is
/// a call of its own: compiled into one with its callers, nothing stays in registers.
/// </remarks>
internal static class PageSearch
{
    /// <summary>The answer for a page or key that is not of the usual form.</summary>
    public const int Unusual = -1;

    /// <summary>Heads of branches that are compared at once, by their width.</summary>
    private const int NarrowLanes = 8;
    private const int WideLanes = 4;

    /// <summary>Most heads between two hints: larger pages have more.</summary>
    private const int SampledMax = 32;

    /// <summary>Heads of a leaf that one mask has bits for; halving comes before.</summary>
    private const int MaskedMax = 32;

    /// <summary>The index of the child that holds the key if any does.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int FindChild(
        ReadOnlySpan<byte> branch, PageShape shape, ReadOnlySpan<byte> key)
    {
        if (!Vector256.IsHardwareAccelerated) return Unusual;
        int prefixLength = shape.PrefixLength;
        if (!shape.IsHeadOnly || key.Length < sizeof(ulong) || prefixLength > sizeof(ulong))
            return Unusual;
        int count = shape.CellCount;
        if (prefixLength != 0)
        {
            int order = KeyPrefix.CompareSample(branch, prefixLength, key);
            if (order != 0) return order < 0 ? 0 : count;
        }

        ulong head = KeyHead.Of(key, prefixLength);
        return shape.HasWideHeads
            ? CountWideAtMost(branch, count, head)
            : CountNarrowAtMost(branch, count, KeyHead.Narrow(head));
    }

    /// <summary>How many heads of a leaf are below the key's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int CountBelow(
        ReadOnlySpan<byte> leaf, PageShape shape, ReadOnlySpan<byte> key)
    {
        if (!Vector256.IsHardwareAccelerated) return Unusual;
        if (key.Length < sizeof(ulong)) return Unusual;
        ref byte heads = ref Unsafe.Add(
            ref MemoryMarshal.GetReference(leaf), LeafPage.HeadsOffset);
        ulong head = KeyHead.Of(key, shape.PrefixLength);
        return shape.HasWideHeads
            ? CountBelow(ref Unsafe.As<byte, ulong>(ref heads), shape.CellCount, head)
            : CountBelow(
                ref Unsafe.As<byte, uint>(ref heads), shape.CellCount, KeyHead.Narrow(head));
    }

    /// <summary>
    /// Offset of the cell with the key in a leaf where so many heads are below the key's;
    /// <see cref="Unusual"/> if it is not that one: cells with equal heads may follow.
    /// </summary>
    public static int FindCell(
        ReadOnlySpan<byte> leaf, PageShape shape, int index, ReadOnlySpan<byte> key)
    {
        int count = shape.CellCount;
        if (index == count) return Unusual;
        ref byte page = ref MemoryMarshal.GetReference(leaf);
        int slots = LeafPage.HeadsOffset + (count * shape.HeadBytes);
        int cell = Read<ushort>(ref page, slots + (index * LeafPage.SlotSize));
        if (LeafCell.KeyLength(Read<uint>(ref page, cell)) != key.Length) return Unusual;
        return leaf.Slice(cell + LeafCell.HeaderSize, key.Length).SequenceEqual(key)
            ? cell
            : Unusual;
    }

    private static int CountNarrowAtMost(ReadOnlySpan<byte> branch, int count, uint head)
    {
        if (head == uint.MaxValue) return count; // Hints that are missing look like this.
        BranchLayout layout = new(count, sizeof(uint), headOnly: true);
        ref byte page = ref MemoryMarshal.GetReference(branch);
        Vector256<uint> wanted = Vector256.Create(head);
        ref byte hints = ref Unsafe.Add(ref page, BranchLayout.HintsOffset);
        uint sampled = AtMost(ref hints, wanted)
            | (AtMost(ref Unsafe.Add(ref hints, Vector256<byte>.Count), wanted) << NarrowLanes);
        int step = layout.HintStep;
        if (step > SampledMax) return Unusual;
        int start = step * BitOperations.TrailingZeroCount(~sampled);
        HeadSearch.PrefetchChild(branch, layout, start);

        // The arrays behind are longer than what a vector may read too much.
        ref byte heads = ref Unsafe.Add(ref page, layout.HeadsOffset + (start * sizeof(uint)));
        ulong atMost = AtMost(ref heads, wanted);
        for (int lane = NarrowLanes; lane < step; lane += NarrowLanes)
        {
            heads = ref Unsafe.Add(ref heads, Vector256<byte>.Count);
            atMost |= (ulong)AtMost(ref heads, wanted) << lane;
        }

        return Math.Min(start + BitOperations.TrailingZeroCount(~atMost), count);
    }

    private static int CountWideAtMost(ReadOnlySpan<byte> branch, int count, ulong head)
    {
        if (head == ulong.MaxValue) return count; // As above.
        BranchLayout layout = new(count, sizeof(ulong), headOnly: true);
        ref byte page = ref MemoryMarshal.GetReference(branch);
        Vector256<ulong> wanted = Vector256.Create(head);
        ref byte hints = ref Unsafe.Add(ref page, BranchLayout.HintsOffset);
        uint sampled = 0;
        for (int lane = 0; lane < BranchLayout.HintCount; lane += WideLanes)
            sampled |= AtMost(ref Unsafe.Add(ref hints, lane * sizeof(ulong)), wanted) << lane;
        int step = layout.HintStep;
        if (step > SampledMax) return Unusual;
        int start = step * BitOperations.TrailingZeroCount(~sampled);
        HeadSearch.PrefetchChild(branch, layout, start);
        ref byte heads = ref Unsafe.Add(ref page, layout.HeadsOffset + (start * sizeof(ulong)));
        ulong atMost = 0;
        for (int lane = 0; lane < step; lane += WideLanes)
        {
            atMost |= (ulong)AtMost(ref heads, wanted) << lane;
            heads = ref Unsafe.Add(ref heads, Vector256<byte>.Count);
        }

        return Math.Min(start + BitOperations.TrailingZeroCount(~atMost), count);
    }

    private static int CountBelow<T>(ref T heads, int count, T head)
        where T : unmanaged, IBinaryInteger<T>
    {
        int start = HeadSearch.Narrow(ref heads, ref count, head, MaskedMax);
        ref T first = ref Unsafe.Add(ref heads, start);
        Vector256<T> wanted = Vector256.Create(head);
        uint notBelow = 0;
        for (int lane = 0; lane < MaskedMax; lane += Vector256<T>.Count)
            notBelow |= NotBelow(ref Unsafe.Add(ref first, lane), wanted) << lane;

        // Behind the last head lies something else: it stops there at the latest.
        return start + BitOperations.TrailingZeroCount(notBelow | (1UL << count));
    }

    // There is no comparison of unsigned lanes, but their greater one.
    private static uint AtMost(ref byte heads, Vector256<uint> wanted) =>
        Vector256.Equals(Vector256.Max(Vector256.LoadUnsafe(ref heads).AsUInt32(), wanted), wanted)
            .ExtractMostSignificantBits();

    private static uint AtMost(ref byte heads, Vector256<ulong> wanted) =>
        Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref heads).AsUInt64(), wanted)
            .ExtractMostSignificantBits();

    private static uint NotBelow<T>(ref T heads, Vector256<T> wanted)
        where T : unmanaged
    {
        Vector256<T> some = Vector256.LoadUnsafe(ref heads);
        return Vector256.Equals(Vector256.Max(some, wanted), some).ExtractMostSignificantBits();
    }

    private static T Read<T>(ref byte source, int offset)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref source, offset));
}
