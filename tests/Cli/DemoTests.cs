namespace KvCow.Tests.Cli;

public class DemoTests
{
    [Fact]
    public void The_demo_passes_its_checks_and_cleans_up()
    {
        string folder = Directory.CreateTempSubdirectory("kvcow-test-").FullName;
        CommandRun run = CommandFolder.RunWithInput(
            "", "demo", "--count", "2000", "--cache-mb", "16", "--path", folder);
        Assert.True(run.ExitCode == 0, run.Text + run.Error);
        Assert.Equal("All checks passed.", run.Lines[^1]);
        Assert.DoesNotContain('\x1b', run.Text);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Directory.Delete(folder);
    }

    [Fact]
    public void Kept_files_are_a_sound_database()
    {
        using CommandFolder folder = new();
        string parent = folder.PathOf("demo");
        CommandRun run = CommandFolder.RunWithInput(
            "", "demo", "--count", "10", "--readers", "1", "--keep", "--path", parent);
        Assert.True(run.ExitCode == 0, run.Text + run.Error);
        string kept = Assert.Single(Directory.GetDirectories(parent));
        string file = Path.Combine(kept, "demo.kvcow");
        CommandRun list = CommandFolder.RunWithInput("", "list", file, "-b", "pairs", "--escape");
        Assert.Equal(5, list.Lines.Length);
        Assert.Equal(0, CommandFolder.RunWithInput("", "verify", file).ExitCode);
    }

    [Theory]
    [InlineData("--count", "0")]
    [InlineData("--readers", "-1")]
    [InlineData("--cache-mb", "1")]
    public void Impossible_numbers_are_refused(string option, string number) =>
        Assert.Equal(2, CommandFolder.RunWithInput("", "demo", option, number).ExitCode);
}
