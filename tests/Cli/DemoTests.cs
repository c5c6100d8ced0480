using KvCow.Tests.Support;

namespace KvCow.Tests.Cli;

public class DemoTests
{
    /// <summary>It kills a process that it starts, so it is the built program.</summary>
    [Theory]
    [SharedData(1, 10, true)]
    [SharedData(2, 2000, false)]
    public void The_demo_passes_its_checks_and_cleans_up_unless_told_to_keep(
        int count, bool keeps)
    {
        using CommandFolder folder = new();
        string parent = folder.PathOf("demo");
        string[] keep = keeps ? ["--keep"] : [];
        CommandRun run = BuiltProgram.Run("", [
            "demo", "--count", $"{count}", "--cache-mb", "16", "--readers", "2",
            "--path", parent, .. keep]);
        Assert.True(run.ExitCode == 0, run.Text + run.Error);
        Assert.Equal("All checks passed.", run.Lines[^1]);
        Assert.DoesNotContain('\x1b', run.Text);
        Assert.Equal(keeps ? 1 : 0, Directory.GetFileSystemEntries(parent).Length);
        if (!keeps) return;
        string kept = Assert.Single(Directory.GetDirectories(parent));
        string file = Path.Combine(kept, "demo.kvcow");
        CommandRun list = CommandFolder.RunWithInput("", "list", file, "-b", "pairs", "--escape");
        Assert.Equal(count / 2, list.Lines.Length);
        Assert.Equal(0, CommandFolder.RunWithInput("", "verify", file).ExitCode);
    }

    [Theory]
    [InlineData("--count", "0")]
    [InlineData("--readers", "-1")]
    [InlineData("--cache-mb", "1")]
    public void Impossible_numbers_are_refused(string option, string number) =>
        Assert.Equal(2, CommandFolder.RunWithInput("", "demo", option, number).ExitCode);
}
