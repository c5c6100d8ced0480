using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KvCow.Cli.Export;

/// <summary>
/// Makes files durable, and tells when that fails: on Linux <see cref="FileStream.Flush(bool)"/>
/// returns as if nothing were wrong when the device reports an error.
/// </summary>
internal static class DurableFile
{
    /// <exception cref="IOException">Nobody knows what the device holds.</exception>
    public static void Flush(FileStream file)
    {
        file.Flush();
        // Not first by the stream: the system tells each failure once.
        if (OperatingSystem.IsLinux()) Sync(file.SafeFileHandle, file.Name);
        else file.Flush(flushToDisk: true);
    }

    /// <summary>Makes the names in the folder of a file durable.</summary>
    /// <exception cref="IOException">The name may be gone after a crash.</exception>
    public static void FlushFolderOf(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        using SafeFileHandle handle = new(Open(folder, flags: 0), ownsHandle: true);
        if (handle.IsInvalid) throw Failure(folder);
        Sync(handle, folder);
    }

    private static void Sync(SafeFileHandle handle, string path)
    {
        if (FSync(handle) != 0) throw Failure(path);
    }

    private static IOException Failure(string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException(
            $"Cannot flush {path}: {new Win32Exception(error).Message} (error {error}).");
    }

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
