using System.Runtime.InteropServices;
using KvCow.Engine.Storage;

namespace KvCow.Tests.Support;

/// <summary>One page of <see cref="MemoryPages"/>, in native memory.</summary>
internal sealed unsafe class MemoryPage(int pageBytes) : IDisposable
{
    /// <summary>What a freed page is filled with: no kind of page begins like this.</summary>
    private const byte Poison = 0xDD;

    public PageBuffer Buffer { get; } =
        new((byte*)NativeMemory.AllocZeroed((nuint)pageBytes), pageBytes);

    public Span<byte> Span => Buffer.Span;

    public bool IsFreed { get; set; }

    public void Fill() => Span.Fill(Poison);

    public void Dispose() => NativeMemory.Free(Buffer.Address);
}
