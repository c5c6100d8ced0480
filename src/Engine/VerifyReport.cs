namespace KvCow;

/// <summary>What <c>Verify</c> found.</summary>
public sealed record VerifyReport
{
    internal VerifyReport(long pagesVerified, long entries, int depth,
        IReadOnlyList<VerifyFinding> findings)
    {
        PagesVerified = pagesVerified;
        Entries = entries;
        Depth = depth;
        Findings = findings;
    }

    /// <summary>True if every invariant holds.</summary>
    public bool IsSound => Findings.Count == 0;

    /// <summary>Pages read from the device and checked.</summary>
    public long PagesVerified { get; }

    /// <summary>Entries of all buckets together.</summary>
    public long Entries { get; }

    /// <summary>Levels of the deepest tree.</summary>
    public int Depth { get; }

    /// <summary>Each broken invariant with its place; at most the first 1,000.</summary>
    public IReadOnlyList<VerifyFinding> Findings { get; }
}
