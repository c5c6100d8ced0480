namespace KvCow.Engine.Storage;

/// <summary>
/// A block of native memory the size of a page. A plain pointer: its owner outlives it.
/// </summary>
internal readonly unsafe struct PageBuffer(byte* address, int length)
{
    public byte* Address => address;

    public int Length => length;

    public bool IsNone => address == null;

    public Span<byte> Span => new(address, length);
}
