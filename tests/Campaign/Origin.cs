using System.Diagnostics;
using System.Runtime.InteropServices;
using KvCow.Tests.Support;

namespace KvCow.Tests.Campaign;

/// <summary>Which code ran, and on what.</summary>
internal static class Origin
{
    public static readonly string Commit = FindCommit();

    public static string Machine
    {
        get
        {
            long gibibytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
            return $"{Environment.ProcessorCount} cores, {gibibytes} GiB, "
                + $"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";
        }
    }

    private static string FindCommit()
    {
        string commit = Git("rev-parse", "--short=12", "HEAD");
        if (commit.Length == 0) return "unknown";
        return Git("status", "--porcelain", "src", "tests").Length == 0 ? commit : commit + "+";
    }

    private static string Git(params string[] arguments)
    {
        try
        {
            ProcessStartInfo start = new("git", arguments)
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
            };
            using Process? git = Process.Start(start);
            return git?.StandardOutput.ReadToEnd().Trim() ?? "";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return ""; // There is no git here.
        }
    }
}
