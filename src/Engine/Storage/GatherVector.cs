using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>One piece of memory of a gather write: the <c>struct iovec</c> of Unix.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GatherVector
{
    public byte* Address;
    public nuint Length;

    /// <summary>Leaves what was written behind after a transfer that may have been short.</summary>
    public static void Skip(ref GatherVector* vectors, ref int count, nuint written)
    {
        while (count > 0 && written >= vectors->Length)
        {
            written -= vectors->Length;
            vectors++;
            count--;
        }

        if (count == 0) return;
        vectors->Address += written;
        vectors->Length -= written;
    }
}
