using KvCow.Engine.Storage;

namespace KvCow.Engine.Tree;

/// <summary>Keeps one page in memory: its bytes and their frame (below 0: a dirty page).</summary>
internal readonly record struct PagePin(PageBuffer Buffer, int Frame)
{
    public bool IsNone => Buffer.IsNone;

    public ReadOnlySpan<byte> Span => Buffer.Span;
}
