using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static System.Buffers.Binary.BinaryPrimitives;

namespace KvCow.Engine.Pages;

/// <summary>
/// The search within one page, for pages and keys of the usual form: heads that fit a few vectors,
/// a prefix of at most 8 bytes, a key of at least 8. For others it says so, and
/// <see cref="BranchPage"/> and <see cref="LeafPage"/> do it step by step.
/// </summary>
/// <remarks>
/// A page is a reference to its first byte here, read without a check: whatever passed
/// <see cref="PageVerifier"/>, or was written here, has its arrays within the page. Each method is
/// a call of its own: compiled into one with its callers, nothing stays in registers.
/// </remarks>
internal static class PageSearch
{
    /// <summary>The answer for a page or key that is not of the usual form.</summary>
    public const int Unusual = -1;

    /// <summary>Lanes of a mask: heads that are compared at once.</summary>
    private const int NarrowLanes = 8;
    private const int WideLanes = 4;

    /// <summary>Heads of a leaf that one mask has bits for; halving comes before.</summary>
    private const int MaskedMax = 32;

    /// <summary>The index of the child that holds the key if any does.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int FindChild(ref byte page, PageShape shape, ref byte key, int keyLength)
    {
        if (!Vector256.IsHardwareAccelerated) return Unusual;
        int prefixLength = shape.PrefixLength;
        if (!shape.IsHeadOnly || keyLength < sizeof(ulong) || prefixLength > sizeof(ulong))
            return Unusual;
        int count = shape.CellCount;
        if (prefixLength != 0)
        {
            int order = ComparePrefix(ref page, prefixLength, ref key);
            if (order != 0) return order < 0 ? 0 : count;
        }

        int behind = prefixLength + sizeof(ulong) - keyLength;
        if (behind >= sizeof(ulong)) return Unusual;
        ulong head = HeadOf(ref key, prefixLength, behind);
        return shape.HasWideHeads
            ? CountWideAtMost(ref page, count, head)
            : CountNarrowAtMost(ref page, count, (uint)(head >> 32));
    }

    /// <summary>How many heads of a leaf are below the key's.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int CountBelow(ref byte page, PageShape shape, ref byte key, int keyLength)
    {
        if (!Vector256.IsHardwareAccelerated) return Unusual;
        int prefixLength = shape.PrefixLength;
        int behind = prefixLength + sizeof(ulong) - keyLength;
        if (keyLength < sizeof(ulong) || behind >= sizeof(ulong)) return Unusual;
        ulong head = HeadOf(ref key, prefixLength, behind);
        return shape.HasWideHeads
            ? CountWideBelow(ref page, shape.CellCount, head)
            : CountNarrowBelow(ref page, shape.CellCount, (uint)(head >> 32));
    }

    /// <summary>
    /// Offset of the cell with the key in a leaf where so many heads are below the key's;
    /// <see cref="Unusual"/> if it is not that one: cells with equal heads may follow.
    /// </summary>
    public static int FindCell(
        ref byte page, PageShape shape, int index, ref byte key, int keyLength)
    {
        int count = shape.CellCount;
        if (index == count) return Unusual;
        int slots = LeafPage.HeadsOffset + (count * shape.HeadBytes);
        int cell = Read<ushort>(ref page, slots + (index * LeafPage.SlotSize));
        if (LeafCell.KeyLength(Read<uint>(ref page, cell)) != keyLength) return Unusual;
        ref byte found = ref Unsafe.Add(ref page, cell + LeafCell.HeaderSize);
        bool isEqual = MemoryMarshal.CreateReadOnlySpan(ref found, keyLength)
            .SequenceEqual(MemoryMarshal.CreateReadOnlySpan(ref key, keyLength));
        return isEqual ? cell : Unusual;
    }

    /// <summary>0 if the key begins with the prefix, else whether it is below or above.</summary>
    private static int ComparePrefix(ref byte page, int prefixLength, ref byte key)
    {
        int unused = 64 - (prefixLength * 8);
        ulong expected = BigEndian(ref page, PageHeader.PrefixSampleOffset) >> unused;
        ulong actual = BigEndian(ref key, 0) >> unused;
        return actual == expected ? 0 : actual < expected ? -1 : 1;
    }

    /// <summary>As <see cref="KeyHead.Of"/>, of a key that is long enough.</summary>
    /// <param name="key">The key.</param>
    /// <param name="prefixLength">Bytes before the head.</param>
    /// <param name="behind">Bytes of the head behind the key's end, below 8; or less.</param>
    private static ulong HeadOf(ref byte key, int prefixLength, int behind)
    {
        int missing = Math.Max(behind, 0);
        return BigEndian(ref key, prefixLength - missing) << (missing * 8);
    }

    private static int CountNarrowAtMost(ref byte page, int count, uint head)
    {
        const int HeadsOffset =
            BranchLayout.HintsOffset + (BranchLayout.HintCount * sizeof(uint));
        if (head == uint.MaxValue) return count; // Hints that are missing look like this.
        Vector256<uint> wanted = Vector256.Create(head);
        ref byte hints = ref Unsafe.Add(ref page, BranchLayout.HintsOffset);
        uint sampled = AtMost(ref hints, wanted)
            | (AtMost(ref Unsafe.Add(ref hints, Vector256<byte>.Count), wanted) << NarrowLanes);
        int step = BranchLayout.HintStepOf(count);
        if (step > 4 * NarrowLanes) return Unusual;
        int start = step * BitOperations.TrailingZeroCount(~sampled);
        PrefetchChild(ref page, HeadsOffset + (count * sizeof(uint)), start);

        // The arrays behind are longer than what a vector may read too much.
        ref byte heads = ref Unsafe.Add(ref page, HeadsOffset + (start * sizeof(uint)));
        ulong atMost = AtMost(ref heads, wanted);
        for (int lane = NarrowLanes; lane < step; lane += NarrowLanes)
        {
            heads = ref Unsafe.Add(ref heads, Vector256<byte>.Count);
            atMost |= (ulong)AtMost(ref heads, wanted) << lane;
        }

        return Math.Min(start + BitOperations.TrailingZeroCount(~atMost), count);
    }

    private static int CountWideAtMost(ref byte page, int count, ulong head)
    {
        const int HeadsOffset =
            BranchLayout.HintsOffset + (BranchLayout.HintCount * sizeof(ulong));
        if (head == ulong.MaxValue) return count; // As above.
        Vector256<ulong> wanted = Vector256.Create(head);
        ref byte hints = ref Unsafe.Add(ref page, BranchLayout.HintsOffset);
        uint sampled = 0;
        for (int lane = 0; lane < BranchLayout.HintCount; lane += WideLanes)
            sampled |= AtMost(ref Unsafe.Add(ref hints, lane * sizeof(ulong)), wanted) << lane;
        int step = BranchLayout.HintStepOf(count);
        if (step > 4 * NarrowLanes) return Unusual;
        int start = step * BitOperations.TrailingZeroCount(~sampled);
        PrefetchChild(ref page, HeadsOffset + (count * sizeof(ulong)), start);
        ref byte heads = ref Unsafe.Add(ref page, HeadsOffset + (start * sizeof(ulong)));
        ulong atMost = 0;
        for (int lane = 0; lane < step; lane += WideLanes)
        {
            atMost |= (ulong)AtMost(ref heads, wanted) << lane;
            heads = ref Unsafe.Add(ref heads, Vector256<byte>.Count);
        }

        return Math.Min(start + BitOperations.TrailingZeroCount(~atMost), count);
    }

    private static int CountNarrowBelow(ref byte page, int count, uint head)
    {
        int start = 0;
        while (count > MaskedMax)
        {
            int half = count >>> 1;
            if (Read<uint>(ref page, LeafPage.HeadsOffset + ((start + half - 1) * sizeof(uint)))
                < head) start += half;
            count -= half;
        }

        uint notBelow = NarrowNotBelow(
            ref Unsafe.Add(ref page, LeafPage.HeadsOffset + (start * sizeof(uint))), head);

        // Behind the last head lies something else: it stops there at the latest.
        return start + BitOperations.TrailingZeroCount(notBelow | (1UL << count));
    }

    private static int CountWideBelow(ref byte page, int count, ulong head)
    {
        int start = 0;
        while (count > MaskedMax)
        {
            int half = count >>> 1;
            if (Read<ulong>(ref page, LeafPage.HeadsOffset + ((start + half - 1) * sizeof(ulong)))
                < head) start += half;
            count -= half;
        }

        uint notBelow = WideNotBelow(
            ref Unsafe.Add(ref page, LeafPage.HeadsOffset + (start * sizeof(ulong))), head);
        return start + BitOperations.TrailingZeroCount(notBelow | (1UL << count));
    }

    /// <summary>Of 32 heads, a bit for each that is not below the wanted one.</summary>
    private static uint NarrowNotBelow(ref byte heads, uint head)
    {
        Vector256<uint> wanted = Vector256.Create(head);
        return NotBelow(ref heads, wanted)
            | (NotBelow(ref Unsafe.Add(ref heads, 32), wanted) << NarrowLanes)
            | (NotBelow(ref Unsafe.Add(ref heads, 64), wanted) << (2 * NarrowLanes))
            | (NotBelow(ref Unsafe.Add(ref heads, 96), wanted) << (3 * NarrowLanes));
    }

    private static uint WideNotBelow(ref byte heads, ulong head)
    {
        Vector256<ulong> wanted = Vector256.Create(head);
        uint notBelow = 0;
        for (int lane = 0; lane < MaskedMax; lane += WideLanes)
        {
            notBelow |= Vector256.GreaterThanOrEqual(
                Vector256.LoadUnsafe(ref heads, (nuint)(lane * sizeof(ulong))).AsUInt64(), wanted)
                .ExtractMostSignificantBits() << lane;
        }

        return notBelow;
    }

    // There is no comparison of unsigned lanes, but their greater one.
    private static uint AtMost(ref byte heads, Vector256<uint> wanted) =>
        Vector256.Equals(Vector256.Max(Vector256.LoadUnsafe(ref heads).AsUInt32(), wanted), wanted)
            .ExtractMostSignificantBits();

    private static uint AtMost(ref byte heads, Vector256<ulong> wanted) =>
        Vector256.LessThanOrEqual(Vector256.LoadUnsafe(ref heads).AsUInt64(), wanted)
            .ExtractMostSignificantBits();

    private static uint NotBelow(ref byte heads, Vector256<uint> wanted)
    {
        Vector256<uint> some = Vector256.LoadUnsafe(ref heads).AsUInt32();
        return Vector256.Equals(Vector256.Max(some, wanted), some).ExtractMostSignificantBits();
    }

    /// <summary>
    /// Asks for what is known of the children about an index, while the heads there come in.
    /// </summary>
    private static void PrefetchChild(ref byte page, int headsEnd, int index)
    {
        int offset = BranchLayout.ChildrenOffsetBehind(headsEnd)
            + (index * PageReference.IdentitySize);
        HeadSearch.Prefetch(ref page, offset);
        HeadSearch.Prefetch(ref page, offset + HeadSearch.CacheLineBytes);
    }

    private static ulong BigEndian(ref byte source, int offset)
    {
        ulong value = Read<ulong>(ref source, offset);
        return BitConverter.IsLittleEndian ? ReverseEndianness(value) : value;
    }

    private static T Read<T>(ref byte source, int offset)
        where T : unmanaged => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref source, offset));
}
