using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>
/// A block of native memory the size of a page. A plain pointer: its owner outlives it.
/// </summary>
internal readonly unsafe struct PageBuffer(byte* address, int length)
{
    public byte* Address => address;

    public int Length => length;

    public bool IsNone => address == null;

    // Not a constructor of the span's: that looks for a length below 0 each time.
    public Span<byte> Span => MemoryMarshal.CreateSpan(ref *address, length);
}
