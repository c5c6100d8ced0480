namespace KvCow.Engine.Pages;

/// <summary>The value part of a leaf cell, where it lies in its page.</summary>
internal readonly ref struct CellValue(CellKind kind, ReadOnlySpan<byte> bytes)
{
    public CellKind Kind { get; } = kind;

    /// <summary>The value, the encoded extent reference or the encoded bucket record.</summary>
    public ReadOnlySpan<byte> Bytes { get; } = bytes;
}
