using System.Diagnostics;
using System.Globalization;

namespace KvCow.Tests.Cli;

public class InterruptTests
{
    [Fact]
    public void An_interrupted_import_keeps_its_whole_batches()
    {
        if (OperatingSystem.IsWindows()) return; // There is no signal to send to a child there.
        using CommandFolder folder = new();
        using Process import = BuiltProgram.Start(
            "import", folder.Database, "-", "--format", "lines");

        // When all lines are in the pipe, all but what pipe and buffer hold have been read: two
        // batches of 10,000 are committed, and the third waits for lines that never come.
        for (int i = 0; i < 25_000; i++) import.StandardInput.WriteLine($"{i:d60}");
        import.StandardInput.Flush();
        using Process kill = Process.Start(
            "kill", ["-TERM", import.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        import.WaitForExit();

        // 130 if the import itself saw that it should end, else 143, as shells report the signal.
        Assert.True(import.ExitCode is 130 or 143);
        Assert.Equal(["default\t20000"], folder.Do("buckets").Lines);
    }
}
