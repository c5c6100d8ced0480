using System.Globalization;
using System.Runtime.InteropServices;
using KvCow.Engine.Storage;
using KvCow.Tests.Support.Processes;
using Microsoft.Win32.SafeHandles;

namespace KvCow.Tests.Support.Crash;

/// <summary>
/// A file is closed while a child has a copy of it: what each child has of all open files from fork
/// until exec. The copy lives longer here, so that no luck is needed to meet it.
/// </summary>
internal static class CopiedLock
{
    /// <summary>Only Linux tells which of the open files has which number.</summary>
    public static bool CanRun => OperatingSystem.IsLinux();

    /// <exception cref="CrashFailure">The file is still locked.</exception>
    public static void Run()
    {
        if (!CanRun) return;
        using TemporaryFolder folder = new();
        using FileStorage storage = new(folder.FileNamed("locked.kvcow"));
        SafeFileHandle copy;
        using (IStorageFile holder = storage.Open("", StorageOpening.WriteOrCreate))
        {
            if (!holder.TryLock(exclusive: true)) throw new CrashFailure("a new file is locked");
            copy = new SafeFileHandle(Duplicate(NumberOf(storage.Path)), ownsHandle: true);
        }

        using (copy)
        using (IStorageFile other = storage.Open("", StorageOpening.WriteExisting))
        {
            if (!other.TryLock(exclusive: true)) throw new CrashFailure("a closed file is locked");
        }
    }

    private static int NumberOf(string path)
    {
        string open = Directory.GetFiles("/proc/self/fd")
            .First(open => new FileInfo(open).LinkTarget == path);
        return int.Parse(Path.GetFileName(open), CultureInfo.InvariantCulture);
    }

    [DllImport("libc", EntryPoint = "dup")]
    private static extern int Duplicate(int file);
}
