using KvCow.Engine.Storage;

namespace KvCow.Engine.Tree;

/// <summary>Keeps one page in memory: its bytes and what its owner needs to let it go.</summary>
/// <param name="Buffer">The bytes.</param>
/// <param name="Frame">Their frame; below 0 for a dirty page.</param>
/// <param name="Place">Where the transaction notes that it holds the frame, or 0.</param>
internal readonly record struct PagePin(PageBuffer Buffer, int Frame, int Place = 0)
{
    public bool IsNone => Buffer.IsNone;

    public ReadOnlySpan<byte> Span => Buffer.Span;
}
