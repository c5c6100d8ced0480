using System.Runtime.CompilerServices;

namespace KvCow.Engine.Pages;

//  OFFSET        SIZE  FIELD  (n separators, W bytes per head: 4 or 8)
//       0          40  page header
//      40          24  zero
//      64        16*W  hints: each step-th head, all ones where there is none
//                 n*W  heads of the separators behind the prefix, as in a leaf
//                      zero up to a multiple of 16
//            16*(n+1)  identities of the children {u32 CRC, u32 id, u64 birth}: the first 16
//                      bytes of the child, so one comparison tells whether a page is meant
//             8*(n+1)  counts of the entries below the children
//                 2*n  slots: offset of each cell; none if the separators lie in the heads
//                      gap, zero
//  heap start          cells {u16 length, separator behind the prefix} in order, if slots
//       P-p         p  the prefix
/// <summary>Where the arrays of a branch page begin.</summary>
/// <remarks>
/// Child i holds the keys from separator i-1 (inclusive) to separator i (exclusive). If every
/// separator behind the prefix fits a head and does not end in zero, it is told from its padding
/// and the heads alone decide: the page then has no slots and no cells.
/// </remarks>
internal readonly struct BranchLayout(int separatorCount, int headBytes, bool headOnly)
{
    public const int HintsOffset = 64;
    public const int HintCount = 16;
    public const int SlotSize = sizeof(ushort);
    public const int CellHeaderSize = sizeof(ushort);

    /// <summary>The sampled heads are a multiple of this apart: a vector of 4-byte heads.</summary>
    private const int HintStepUnit = 8;

    public int SeparatorCount => separatorCount;

    public int ChildCount => separatorCount + 1;

    public int HeadBytes => headBytes;

    public bool HeadOnly => headOnly;

    public int HeadsOffset => HintsOffset + (HintCount * headBytes);

    /// <summary>Aligned, so that an identity never lies in two cache lines.</summary>
    public int ChildrenOffset =>
        (HeadsOffset + (separatorCount * headBytes) + (PageReference.IdentitySize - 1))
            & -PageReference.IdentitySize;

    public int CountsOffset => ChildrenOffset + (ChildCount * PageReference.IdentitySize);

    public int SlotsOffset => CountsOffset + (ChildCount * sizeof(ulong));

    /// <summary>Where the arrays end and the gap begins.</summary>
    public int End => SlotsOffset + (headOnly ? 0 : separatorCount * SlotSize);

    /// <summary>Heads from one hint to the next.</summary>
    public int HintStep => HintStepOf(separatorCount);

    public static int HintStepOf(int separatorCount) =>
        HintStepUnit * ((separatorCount + (HintCount * HintStepUnit) - 1)
            / (HintCount * HintStepUnit));

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public static BranchLayout Of(ReadOnlySpan<byte> page) => Of(new PageShape(page));

    [MethodImpl(MethodImplOptions.AggressiveInlining)] // See TreeSearch.FindLeaf.
    public static BranchLayout Of(PageShape shape) => new(
        shape.CellCount, shape.HeadBytes, shape.IsHeadOnly);
}
