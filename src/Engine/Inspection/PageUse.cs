namespace KvCow;

/// <summary>What a page of the file serves.</summary>
public enum PageUse : byte
{
    /// <summary>No tree of the snapshot reaches it: another commit's, or being written.</summary>
    Other = 0,

    /// <summary>One of the two pages that describe a commit.</summary>
    Meta = 1,

    /// <summary>Separators and references to children.</summary>
    Branch = 2,

    /// <summary>Keys and values.</summary>
    Leaf = 3,

    /// <summary>Part of a long value.</summary>
    Overflow = 4,

    /// <summary>Part of the free list's checkpoint.</summary>
    FreeList = 5,

    /// <summary>Free, or pending until readers of older commits have ended.</summary>
    Free = 6,
}
