using System.Diagnostics;
using System.Globalization;

namespace KvCow.Tests.Memory;

/// <summary>The most memory that this process has had resident.</summary>
internal static class PeakMemory
{
    public static long ReadBytes()
    {
        if (!OperatingSystem.IsLinux()) return Process.GetCurrentProcess().PeakWorkingSet64;

        const string Name = "VmHWM:";
        string line = File.ReadLines("/proc/self/status")
            .Single(static line => line.StartsWith(Name, StringComparison.Ordinal));
        string kibibytes = line[Name.Length..].Trim().Split(' ')[0];
        return long.Parse(kibibytes, CultureInfo.InvariantCulture) << 10;
    }
}
