using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KvCow.Engine.Pages;

/// <summary>
/// Looks for the few dirty pages among the children of a branch: each commit asks of every branch
/// that it wrote, twice.
/// </summary>
internal static class DirtyChildren
{
    private const int WordsPerChild = PageReference.IdentitySize / sizeof(uint);

    /// <summary>Children looked at together: four vectors of two.</summary>
    private const int GroupSize = 8;

    /// <summary>Where the ids lie in a vector of two children, as lanes of four bytes.</summary>
    private const uint IdLanes = 0b_0010_0010;

    /// <summary>The first dirty one from an index on, or how many there are.</summary>
    /// <param name="identities">As in <see cref="BranchLayout"/>.</param>
    /// <param name="from">Where to begin.</param>
    public static int Find(ReadOnlySpan<byte> identities, int from)
    {
        int count = identities.Length / PageReference.IdentitySize;
        int index = from;
        if (Vector256.IsHardwareAccelerated)
        {
            ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(identities);
            while (index + GroupSize <= count && !HasDirty(words[(index * WordsPerChild)..]))
                index += GroupSize;
        }

        while (index < count && !IsDirty(identities, index)) index++;
        return index;
    }

    /// <summary>Whether the first group of children has a dirty one.</summary>
    /// <remarks>The mark of a dirty page is the highest bit of its id.</remarks>
    private static bool HasDirty(ReadOnlySpan<uint> words)
    {
        Vector256<uint> first = Vector256.Create(words) | Vector256.Create(words[8..]);
        Vector256<uint> second = Vector256.Create(words[16..]) | Vector256.Create(words[24..]);
        return ((first | second).ExtractMostSignificantBits() & IdLanes) != 0;
    }

    private static bool IsDirty(ReadOnlySpan<byte> identities, int index) =>
        PageHeader.Id(identities[(index * PageReference.IdentitySize)..]).IsDirty;
}
