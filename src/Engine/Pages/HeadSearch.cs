using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace KvCow.Engine.Pages;

/// <summary>Counts heads below a given one in a sorted array of heads inside a page.</summary>
/// <remarks>
/// Comparing a whole vector and counting its set lanes needs no branch that depends on the key,
/// where halving mispredicts about every second step. Halving only narrows long arrays first.
/// </remarks>
internal static class HeadSearch
{
    /// <summary>
    /// Longest stretch that is counted: beyond it, one more halving costs less than the vectors
    /// it saves.
    /// </summary>
    private const int CountedMax = 64;

    private const int CacheLineBytes = 64;

    /// <summary>How many of so many heads at an offset of the page are below the head.</summary>
    /// <typeparam name="T">The heads' width: uint or ulong.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // One call per level of a look-up.
    public static int CountBelow<T>(ReadOnlySpan<byte> page, int offset, int count, T head)
        where T : unmanaged, IBinaryInteger<T>, IUnsignedNumber<T>
    {
        // Vectors may read behind the last head, but not behind the page.
        int vector = Vector512.IsHardwareAccelerated ? 64 : 32;
        int end = offset + (count * Unsafe.SizeOf<T>());
        if (!Vector256.IsHardwareAccelerated || end > page.Length - vector)
            return CountBelowByHalving(Cast<T>(page, offset, count), head);

        Debug.Assert(offset >= 0);
        Debug.Assert(count >= 0);
        ref T first = ref Unsafe.As<byte, T>(
            ref Unsafe.Add(ref MemoryMarshal.GetReference(page), offset));
        return Vector512.IsHardwareAccelerated
            ? CountBelow512(ref first, count, head)
            : CountBelow256(ref first, count, head);
    }

    /// <summary>How many heads of a branch are not above the head.</summary>
    public static int CountAtMost<T>(ReadOnlySpan<byte> page, int count, T head)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>, IUnsignedNumber<T>
    {
        if (head == T.MaxValue) return count;

        head++;
        int width = Unsafe.SizeOf<T>();
        int heads = BranchLayout.HintsOffset + (BranchLayout.HintCount * width);
        int step = BranchLayout.HintStepOf(count);
        if (count <= 2 * step) return CountBelow(page, heads, count, head);

        // Missing hints are all ones: never below.
        int start = step * CountBelow(
            page, BranchLayout.HintsOffset, BranchLayout.HintCount, head);
        PrefetchChild(page, new BranchLayout(count, width, headOnly: true), start);
        return start + CountBelow(
            page, heads + (start * width), Math.Min(step, count - start), head);
    }

    /// <summary>
    /// Asks for the second and third cache line of a page, where the search goes as soon as the
    /// header has come in: the misses overlap.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // Cold leaves: 724 ns with it, 979 without.
    public static void Prefetch(ReadOnlySpan<byte> page)
    {
        Prefetch(page, CacheLineBytes);
        Prefetch(page, 2 * CacheLineBytes);
    }

    /// <summary>Asks for the cache line that a byte of a page lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // As above; a call would cost more.
    public static unsafe void Prefetch(ReadOnlySpan<byte> page, int offset)
    {
        // Only a hint: it does not matter if the bytes are moved or are none of the page's.
        if (Sse.IsSupported)
            Sse.Prefetch0((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(page)) + offset);
    }

    /// <summary>Asks for the cache lines of some bytes from an offset on.</summary>
    public static unsafe void Prefetch(ReadOnlySpan<byte> page, int offset, int bytes)
    {
        if (!Sse.IsSupported) return;
        byte* at = (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(page)) + offset;
        for (byte* end = at + bytes; at < end; at += CacheLineBytes) Sse.Prefetch0(at);
    }

    public static int RoundDownToLine(int offset) => offset & -CacheLineBytes;

    public static int RoundUpToLine(int offset) => RoundDownToLine(offset + CacheLineBytes - 1);

    /// <summary>Asks for the cache lines between two offsets of an aligned page.</summary>
    public static void PrefetchRange(ReadOnlySpan<byte> page, int start, int end)
    {
        for (int at = RoundDownToLine(start); at < end; at += CacheLineBytes) Prefetch(page, at);
    }

    /// <summary>
    /// Asks for what is known of the children about an index, while the heads there come in.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // Once per level of a look-up.
    internal static void PrefetchChild(ReadOnlySpan<byte> page, BranchLayout layout, int index)
    {
        // Eight children lie between two hints, their identities in two lines or three.
        int offset = layout.ChildrenOffset + (index * PageReference.IdentitySize);
        Prefetch(page, offset);
        Prefetch(page, offset + CacheLineBytes);
    }

    /// <summary>The plain search that the vector searches must agree with.</summary>
    internal static int CountBelowByHalving<T>(ReadOnlySpan<T> heads, T head)
        where T : unmanaged, IBinaryInteger<T>
    {
        int low = 0;
        int high = heads.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (heads[middle] < head) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    /// <summary>As many as a vector's bytes must be readable behind the last head.</summary>
    internal static int CountBelow256<T>(ref T heads, int count, T head)
        where T : unmanaged, IBinaryInteger<T>
    {
        int start = Narrow(ref heads, ref count, head, CountedMax);
        Vector256<T> wanted = Vector256.Create(head);
        int below = start;
        for (int i = 0; i < count; i += Vector256<T>.Count)
        {
            uint lanes = Vector256.LessThan(
                Vector256.LoadUnsafe(ref heads, (nuint)(start + i)), wanted)
                .ExtractMostSignificantBits();
            below += BitOperations.PopCount(lanes & LanesUpTo(count - i));
        }

        return below;
    }

    /// <summary>As many as a vector's bytes must be readable behind the last head.</summary>
    internal static int CountBelow512<T>(ref T heads, int count, T head)
        where T : unmanaged, IBinaryInteger<T>
    {
        int start = Narrow(ref heads, ref count, head, CountedMax);
        Vector512<T> wanted = Vector512.Create(head);
        int below = start;
        for (int i = 0; i < count; i += Vector512<T>.Count)
        {
            uint lanes = (uint)Vector512.LessThan(
                Vector512.LoadUnsafe(ref heads, (nuint)(start + i)), wanted)
                .ExtractMostSignificantBits();
            below += BitOperations.PopCount(lanes & LanesUpTo(count - i));
        }

        return below;
    }

    /// <summary>Halves until so few heads are left; returns where they begin.</summary>
    internal static int Narrow<T>(ref T heads, ref int count, T head, int countMax)
        where T : unmanaged, IBinaryInteger<T>
    {
        int start = 0;
        while (count > countMax)
        {
            int half = count >>> 1;
            if (Unsafe.Add(ref heads, start + half - 1) < head) start += half;
            count -= half;
        }

        return start;
    }

    /// <summary>A mask of the lanes that hold heads, when so many are left.</summary>
    private static uint LanesUpTo(int left) => left >= 32 ? uint.MaxValue : (1u << left) - 1;

    private static ReadOnlySpan<T> Cast<T>(ReadOnlySpan<byte> page, int offset, int count)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(page.Slice(offset, count * Unsafe.SizeOf<T>()));
}
