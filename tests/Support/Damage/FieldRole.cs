namespace KvCow.Tests.Support.Damage;

/// <summary>What a number in a page means, which decides what to put in its place.</summary>
internal enum FieldRole
{
    /// <summary>A number of no special kind, or flags, or reserved bytes.</summary>
    Plain,

    /// <summary>Names a page.</summary>
    PageId,

    /// <summary>A transaction.</summary>
    Birth,

    /// <summary>How many of something there are.</summary>
    Count,

    /// <summary>A place in the page, or a length of bytes.</summary>
    Offset,
}
