using System.Diagnostics;
using System.Runtime.CompilerServices;
using KvCow.Engine.Pages;
using KvCow.Engine.Storage;

namespace KvCow.Engine.Cache;

/// <content>Many look-ups on their way down together.</content>
internal sealed unsafe partial class NodeCache
{
    /// <summary>Most pages at once: their answer is a bit each.</summary>
    public const int GroupMax = 32;

    /// <summary>
    /// Goes from each of several branches to one of its children, if that is cached and what the
    /// branch says: all are asked for before any of them is looked at.
    /// </summary>
    /// <param name="slot">The transaction's, in an operation.</param>
    /// <param name="pages">At most 32 branches; becomes the children's pages.</param>
    /// <param name="children">Which child of each.</param>
    /// <param name="level">Of the children.</param>
    /// <param name="askedBytes">How many bytes of each to ask for.</param>
    /// <returns>A bit for each page that is still the branch.</returns>
    public uint LocateChildren(ReaderSlot slot, Span<PageBuffer> pages,
        ReadOnlySpan<int> children, int level, int askedBytes)
    {
        Debug.Assert(slot.IsInOperation);
        Debug.Assert(pages.Length <= GroupMax);
        int* frames = stackalloc int[GroupMax];
        ulong** identities = stackalloc ulong*[GroupMax];
        uint[]?[] chunks = _table.Chunks;
        for (int i = 0; i < pages.Length; i++)
        {
            ulong* identity = IdentityOf(pages[i].Address, children[i]);
            identities[i] = identity;
            int frame = PageTable.FindIn(chunks, new PageId((uint)(*identity >> 32)));
            frames[i] = frame;
            if (frame < 0) continue;
            HeadSearch.Prefetch(_frames.BufferOf(frame).Span, 0, askedBytes);
        }

        uint left = 0;
        for (int i = 0; i < pages.Length; i++)
        {
            SyncPoints.Reach("cache: frame found");
            if (frames[i] >= 0 && TryHit(slot, frames[i], identities[i], level))
                pages[i] = _frames.BufferOf(frames[i]);
            else
                left |= 1u << i;
        }

        return left;
    }

    /// <summary>Whether the frame holds the page meant, of the right kind and level.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // A hot key: 153 ns; 159 without.
    private bool TryHit(ReaderSlot slot, int frame, ulong* identity, int level)
    {
        ulong* page = (ulong*)_frames.AddressOf(frame);
        if (page[0] != identity[0] || page[1] != identity[1]) return false;
        SyncPoints.Reach("cache: hit");
        PageShape shape = new(page[PageHeader.KindOffset / sizeof(ulong)]);
        PageKind kind = level == 0 ? PageKind.Leaf : PageKind.Branch;
        if (shape.Level != level || shape.Kind != kind) return false;
        slot.CountHit();
        ref byte rounds = ref _frames.ReferenceOf(frame);
        if (rounds == 0) rounds = FrameSet.RoundsFor(kind);
        return true;
    }

    // Little-endian as the file: the CRC in the lower half of the first word, the id in the upper.
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // As above.
    private static ulong* IdentityOf(byte* branch, int child)
    {
        PageShape shape = new(*(ulong*)(branch + PageHeader.KindOffset));
        return (ulong*)(branch + BranchLayout.Of(shape).ChildrenOffset
            + (child * PageReference.IdentitySize));
    }
}
