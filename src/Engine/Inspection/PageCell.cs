namespace KvCow;

/// <summary>One cell of a decoded page.</summary>
/// <param name="Key">
/// The key of a leaf's entry, or the separator below which a branch's child lies (empty for the
/// last child).
/// </param>
/// <param name="Value">The value if it lies in the cell, else null.</param>
/// <param name="Page">Child, first overflow page, or root of the bucket's entries; else null.
/// </param>
/// <param name="Count">
/// Entries below a child, bytes of a long value, or entries of a bucket; else null.
/// </param>
public sealed record PageCell(byte[] Key, byte[]? Value, long? Page, ulong? Count);
