namespace KvCow.Engine.Pages;

/// <summary>What the value bytes of a leaf cell are.</summary>
internal enum CellKind : byte
{
    /// <summary>The value itself.</summary>
    Inline = 0,

    /// <summary>An <see cref="ExtentReference"/>: the value lies in overflow pages.</summary>
    Extent = 1,

    /// <summary>A <see cref="BucketRecord"/>: the key names a bucket.</summary>
    Bucket = 2,
}
