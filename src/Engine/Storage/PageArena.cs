using System.Diagnostics;
using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>
/// One large block of native memory divided into pages by index. The system supplies the memory
/// behind it as pages are first touched. Its owner frees it when nobody uses a page any more.
/// </summary>
internal sealed unsafe class PageArena : SafeHandle
{
    /// <summary>
    /// A huge page of the processor: fewer entries of its address cache cover all.
    /// </summary>
    private const int HugePageBytes = 2 << 20;

    public PageArena(int pageBytes, int pageCount)
        : base(0, ownsHandle: true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageCount);
        PageBytes = pageBytes;
        PageCount = pageCount;
        nuint bytes = (nuint)pageBytes * (nuint)pageCount;
        // A small arena need not take a whole huge page's alignment from the allocator.
        nuint alignment = bytes < HugePageBytes ? 4096u : HugePageBytes;
        void* block = NativeMemory.AlignedAlloc(bytes, alignment);
        SetHandle((nint)block);
        if (OperatingSystem.IsLinux() && bytes >= HugePageBytes)
            LinuxCalls.PreferHugePages(block, bytes);
    }

    public int PageBytes { get; }

    public int PageCount { get; }

    public long Bytes => (long)PageBytes * PageCount;

    public override bool IsInvalid => handle == 0;

    /// <summary>The page at an index; its bytes are arbitrary until written.</summary>
    public PageBuffer PageAt(int index)
    {
        Debug.Assert(!IsClosed);
        Debug.Assert((uint)index < (uint)PageCount);
        return new PageBuffer((byte*)handle + ((nint)index * PageBytes), PageBytes);
    }

    protected override bool ReleaseHandle()
    {
        // The allocator would keep freed memory for itself and count against the budget. Of a small
        // one that is little, and to get it from the system again is dear.
        if (OperatingSystem.IsLinux() && Bytes >= HugePageBytes)
            LinuxCalls.DropMemory((void*)handle, (nuint)Bytes);
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
