using System.Runtime.InteropServices;

namespace KvCow.Engine.Storage;

/// <summary>
/// Keeps SIGXFSZ from ending the process. A write beyond the limit of the process for the size of
/// files (<c>ulimit -f</c>) raises it and, once it is dealt with, fails with EFBIG.
/// </summary>
internal static class FileSizeSignal
{
    private const PosixSignal FileSizeExceeded = (PosixSignal)25; // Alike on Linux and macOS.

    // Never disposed: the signal must stay harmless as long as any file may be open.
    private static readonly PosixSignalRegistration? Registration = OperatingSystem.IsWindows()
        ? null
        : PosixSignalRegistration.Create(FileSizeExceeded, signal => signal.Cancel = true);

    /// <summary>Makes the signal harmless, once for the process.</summary>
    public static void Ignore() => GC.KeepAlive(Registration);
}
