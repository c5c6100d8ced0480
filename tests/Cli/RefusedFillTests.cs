using System.Globalization;

namespace KvCow.Tests.Cli;

/// <summary>A command that makes a file for its work, and is then refused.</summary>
public sealed class RefusedFillTests
{
    private const string HalfDump =
        "VERSION=3\nformat=bytevalue\ntype=btree\nHEADER=END\n 61\n 31\n 6\n";

    [Theory]
    [InlineData("load", "no dump")]
    [InlineData("load", HalfDump)]
    [InlineData("import", "{\"key\": \"a\", \"value\": \"1\"}\n{\"key\"\n")]
    [InlineData("import", "KvCowExpand nothing that follows")]
    public void An_input_that_is_refused_leaves_no_empty_file_behind(string verb, string text)
    {
        using CommandFolder folder = new();
        string format = text[0] == '{' ? "jsonl" : "kvcow";
        string input = folder.Write("input", text);
        CommandRun run = verb == "load"
            ? folder.Run(verb, input)
            : folder.Run(verb, input, "--format", format);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Equal([input], Directory.GetFiles(Path.GetDirectoryName(input)!));
    }

    [Theory]
    [InlineData("put", "value")]
    [InlineData("bucket create", null)]
    public void A_key_or_name_that_is_too_long_leaves_no_empty_file_behind(
        string verb, string? value)
    {
        using CommandFolder folder = new();
        string tooLong = new('k', 2000);
        Assert.Equal(2, folder.Run(verb, value is null ? [tooLong] : [tooLong, value]).ExitCode);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(folder.Database)!));
    }

    [Fact]
    public void A_file_that_was_there_stays_however_empty()
    {
        using CommandFolder folder = new();
        Database.Open(folder.Database).Dispose();
        Assert.Equal(2, folder.Run("load", folder.Write("input", HalfDump)).ExitCode);
        Assert.True(File.Exists(folder.Database));
    }

    [Fact]
    public void What_was_committed_before_the_refusal_stays()
    {
        using CommandFolder folder = new();
        // Two batches: the first is full with its first entry.
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{{\"key\": \"a\", \"value\": \"{new string('v', 17 << 20)}\"}}\n{{\"key\"\n");
        string input = folder.Write("input", text);
        Assert.Equal(2, folder.Run("import", input, "--format", "jsonl").ExitCode);
        Assert.Equal(["a"], folder.Do("list", "--keys-only").Lines);
    }
}
