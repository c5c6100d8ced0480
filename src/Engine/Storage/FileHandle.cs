using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>
/// An open file or directory of the operating system. Disposed, it is closed as soon as no call
/// with it runs any more, and gives its lock back just before.
/// </summary>
/// <remarks>
/// Closing alone would not do: on Unix a lock belongs to what was opened, and a process that is
/// just being started has copies of all that this one has open, until it runs its own program. With
/// such a copy around, the file stays locked after it was closed here. Windows may be late.
/// </remarks>
internal sealed class FileHandle : SafeHandle
{
    /// <summary>For the calls that open.</summary>
    public FileHandle()
        : base(-1, ownsHandle: true)
    {
    }

    /// <summary>Set by whoever has locked it.</summary>
    public bool IsLocked { get; set; }

    /// <summary>A failed <c>open</c> returns -1 in 32 bits: the upper ones tell nothing.</summary>
    public override bool IsInvalid => (int)handle == -1;

    protected override bool ReleaseHandle() => FileCalls.Close(handle, IsLocked);
}
