using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KvCow.Bench.Children;

/// <summary>The system's cache of files (Linux).</summary>
internal static partial class SystemCache
{
    private const int DontNeed = 4;

    /// <summary>Makes the system forget what it has cached of the files in a folder.</summary>
    public static void Drop(string folder)
    {
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException();
        foreach (string path in Directory.GetFiles(folder))
        {
            using SafeFileHandle file = File.OpenHandle(path);
            if (Advise(file, 0, 0, DontNeed) != 0) throw new IOException($"'{path}' stays cached.");
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
