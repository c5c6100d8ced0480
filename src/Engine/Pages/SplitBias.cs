namespace KvCow.Engine.Pages;

/// <summary>Where a full page is divided when the change that filled it is at one end.</summary>
internal enum SplitBias
{
    /// <summary>
    /// An insert at the very end leaves the left page full and takes only what it must to the
    /// right, so that keys loaded in order fill their pages. Other changes divide in the middle.
    /// </summary>
    Ascending = 0,

    /// <summary>Always in the middle, by bytes.</summary>
    Even = 1,

    /// <summary>The mirror of <see cref="Ascending"/>, for inserts at the beginning.</summary>
    Descending = 2,
}
