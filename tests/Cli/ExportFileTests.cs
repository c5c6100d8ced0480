using System.ComponentModel;
using System.Diagnostics;
using Xunit.Abstractions;

namespace KvCow.Tests.Cli;

public class ExportFileTests(ITestOutputHelper log)
{
    [Fact]
    public void A_failed_flush_is_told_and_leaves_no_export()
    {
        if (!OperatingSystem.IsLinux()) return; // There is no strace.
        using CommandFolder folder = new();
        folder.Do("put", "k", "v");
        string export = folder.PathOf("export");
        ProcessStartInfo start = new("strace",
            ["-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync", "-e", "inject=fsync:error=EIO",
                "dotnet", BuiltProgram.Path, "export", folder.Database, export])
        {
            RedirectStandardError = true,
        };
        try
        {
            using Process process = Process.Start(start)!; // Null only with the shell.
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.Contains("Cannot flush", error, StringComparison.Ordinal);
            Assert.Equal(4, process.ExitCode);
            Assert.False(File.Exists(export));
        }
        catch (Win32Exception)
        {
            const string Absent = "NOT TESTED with a failing flush: strace is absent.";
            log.WriteLine(Absent);
            Console.Error.WriteLine(Absent);
        }
    }

    [Fact]
    public void An_export_is_for_its_owner_and_writes_through_no_link()
    {
        if (OperatingSystem.IsWindows()) return; // There are no such modes there.
        using CommandFolder folder = new();
        folder.Do("put", "k", "secret");
        string other = folder.Write("other", "untouched");
        string export = folder.PathOf("export");
        File.CreateSymbolicLink(export + ".part", other);
        folder.Do("export", export, "--format", "tsv");
        Assert.Equal("k\tsecret\n", File.ReadAllText(export));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(export));
        Assert.Equal("untouched", File.ReadAllText(other));
        Assert.False(File.Exists(export + ".part"));
    }
}
