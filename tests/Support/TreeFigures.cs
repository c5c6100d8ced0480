using KvCow.Engine.Pages;

namespace KvCow.Tests.Support;

/// <summary>What <see cref="TreeChecker"/> found a tree to consist of.</summary>
internal sealed class TreeFigures(int pageBytes)
{
    public int Levels { get; set; }

    public int LeafCount { get; set; }

    public int BranchCount { get; set; }

    public long LeafBytesUsed { get; set; }

    public List<byte[]> Keys { get; } = [];

    public HashSet<ExtentReference> Extents { get; } = [];

    public int PageCount => LeafCount + BranchCount;

    public double LeafFill => (double)LeafBytesUsed / ((long)LeafCount * pageBytes);
}
