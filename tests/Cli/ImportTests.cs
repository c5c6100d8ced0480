using System.Text;
using KvCow.Cli.Import;
using KvCow.Tests.Support;

namespace KvCow.Tests.Cli;

public class ImportTests
{
    [Fact]
    public void Each_line_becomes_a_key()
    {
        using CommandFolder folder = new();
        string input = folder.Write("input", "b\n\na\\t\tx\nlast");
        folder.Do("import", input, "--format", "lines");
        Assert.Equal(["\t", "a\\t\tx\t", "b\t", "last\t"], folder.Do("list").Lines);
    }

    [Fact]
    public void Tabs_divide_keys_from_values()
    {
        using CommandFolder folder = new();
        string input = folder.Write("input", "b\\x00\\\\\tv\\n1\na\tx\ty\n");
        folder.Do("import", input, "--format", "tsv", "--bucket", "a/b");
        Assert.Equal(["a\tx\\ty", "b\\x00\\\\\tv\\n1"],
            folder.Do("list", "--escape", "--bucket", "a/b").Lines);
    }

    [Fact]
    public void Objects_become_entries()
    {
        using CommandFolder folder = new();
        string input = folder.Write("input", """
            {"key": "a", "value": "tab\t\u00e9"}
             { "value_hex": "00ff", "key_hex": "62" } 
            """);
        folder.Do("import", input, "--format", "jsonl");
        Assert.Equal(["a\ttab\\té", "b\t\\x00\\xff"], folder.Do("list", "--escape").Lines);
    }

    [Fact]
    public void Standard_input_is_read()
    {
        using CommandFolder folder = new();
        CommandRun run = CommandFolder.RunWithInput(
            "k\tv\n", "import", folder.Database, "-", "--format", "tsv");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal("1 entries imported as tsv\n", run.Error);
        Assert.Equal("v\n", folder.Do("get", "k").Text);
    }

    [Theory]
    [InlineData("lines", "no tab\n{\n")]
    [InlineData("lines", "")]
    [InlineData("lines", "bad escape\\q\tx\n")]
    [InlineData("tsv", "k\tv\nk2\tv2\n")]
    [InlineData("tsv", "{\tv")]
    [InlineData("jsonl", " {\"key\": \"k\", \"value\": \"v\"}\n")]
    [InlineData("kvcow", "KVCOWEXP\u0001\0\0\0")]
    public void The_first_line_tells_the_format(string format, string text) =>
        Assert.Equal(format, ImportFormats.Detect(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_file_is_read_from_the_line_that_told_its_format()
    {
        using CommandFolder folder = new();
        string input = folder.Write("input", "a\t1\nb\t2\n");
        CommandRun run = folder.Do("import", input, "--json");
        Assert.Contains("\"format\": \"tsv\"", run.Text, StringComparison.Ordinal);
        Assert.Equal(["a\t1", "b\t2"], folder.Do("list").Lines);
    }

    [Fact]
    public void A_long_pipe_is_read_on_behind_the_line_that_told_its_format()
    {
        using CommandFolder folder = new();
        string text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i:d8}\tv\n"));
        CommandRun run = CommandFolder.RunWithInput(text, "import", folder.Database, "-");
        Assert.Equal("20000 entries imported as tsv\n", run.Error);
        Assert.Equal("00019999\tv", folder.Do("max").Lines[0]);
    }

    [Fact]
    public void What_another_command_reads_is_refused_by_its_name()
    {
        using CommandFolder folder = new();
        folder.Do("put", "k", "v");
        string dump = folder.Write("dump", folder.Do("dump").Text);
        CommandRun run = folder.Run("import", dump);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("kvcow load", run.Error, StringComparison.Ordinal);
        string backup = folder.PathOf("backup");
        folder.Do("backup", backup);
        run = folder.Run("import", backup);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("kvcow restore", run.Error, StringComparison.Ordinal);
        string export = folder.PathOf("export");
        folder.Do("export", export);
        Assert.Equal(0, CommandFolder.RunWithInput(
            "", "import", folder.PathOf("copy"), export).ExitCode);
        Assert.Equal(2, folder.Run("import", export, "--skip-bad").ExitCode);
    }

    [Theory, Seeds(count: 3)]
    public void An_escaped_list_comes_back_as_it_was(int seed)
    {
        using CommandFolder folder = new();
        Random random = new(seed);
        using (Database database = Database.Open(folder.Database))
        {
            database.Write(tx =>
            {
                WritableBucket bucket = tx.CreateBucket("default");
                for (int i = 0; i < 500; i++) bucket.Put(Bytes(random, 20), Bytes(random, 2000));
            });
        }

        byte[] listed = folder.Do("list", "--escape").Output;
        File.WriteAllBytes(folder.PathOf("listed"), listed);
        folder.Do("import", folder.PathOf("listed"), "--format", "tsv", "-b", "copy");
        Assert.Equal(listed, folder.Do("list", "--escape", "-b", "copy").Output);
        Assert.Equal(folder.Do("list").Output, folder.Do("list", "-b", "copy").Output);
    }

    [Theory]
    [InlineData("tsv", "a\t1\nno tab\nb\t2\n")]
    [InlineData("tsv", "a\t1\nb\\q\t1\nb\t2\n")]
    [InlineData("jsonl", "{\"key\":\"a\",\"value\":\"1\"}\n[]\n{\"key\":\"b\",\"value\":\"2\"}")]
    [InlineData("jsonl", "{\"key\":\"a\",\"value\":\"1\"}\n\n{\"key\":\"b\",\"value\":\"2\"}")]
    [InlineData("jsonl", "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"k\"}\n"
        + "{\"key\":\"b\",\"value\":\"2\"}")]
    [InlineData("jsonl", "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"k\",\"value\":1}\n"
        + "{\"key\":\"b\",\"value\":\"2\"}")]
    [InlineData("jsonl", "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"\\ud800\",\"value\":\"\"}\n"
        + "{\"key\":\"b\",\"value\":\"2\"}")]
    [InlineData("jsonl", "{\"key\":\"a\",\"value\":\"1\"}\n{\"key_hex\":\"0\",\"value\":\"\"}\n"
        + "{\"key\":\"b\",\"value\":\"2\"}")]
    [InlineData("jsonl", "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"k\",\"value\":\"\",\"x\":0}\n"
        + "{\"key\":\"b\",\"value\":\"2\"}")]
    [InlineData("jsonl", "{\"key\":\"a\",\"value\":\"1\"}\n{\"key\":\"k\",\"value\":\"\"} x\n"
        + "{\"key\":\"b\",\"value\":\"2\"}")]
    [InlineData("jsonl", "{\"key\":\"a\",\"value\":\"1\"}\n"
        + "{\"key\":\"k\",\"key_hex\":\"00\",\"value\":\"\"}\n{\"key\":\"b\",\"value\":\"2\"}")]
    public void A_bad_line_is_named_and_stops_the_import_unless_skipped(string format, string text)
    {
        using CommandFolder folder = new();
        string input = folder.Write("input", text);
        CommandRun stopped = folder.Run("import", input, "--format", format, "-b", "stopped");
        Assert.Equal(2, stopped.ExitCode);
        Assert.StartsWith("kvcow: line 2: ", stopped.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Database));
        CommandRun skipped = folder.Do("import", input, "--format", format, "--skip-bad");
        Assert.StartsWith("kvcow: line 2 skipped: ", skipped.Error, StringComparison.Ordinal);
        Assert.EndsWith($"2 entries imported as {format}, 1 bad lines skipped\n", skipped.Error,
            StringComparison.Ordinal);
        Assert.Equal(["a\t1", "b\t2"], folder.Do("list").Lines);
    }

    [Fact]
    public void A_key_that_is_too_long_is_a_bad_line()
    {
        using CommandFolder folder = new();
        string input = folder.Write("input", $"a\n{new string('k', 5000)}\n");
        CommandRun run = folder.Do("import", input, "--format", "lines", "--skip-bad");
        Assert.Contains("5000 bytes", run.Error, StringComparison.Ordinal);
        Assert.Equal(["a\t"], folder.Do("list").Lines);
    }

    [Fact]
    public void A_missing_input_creates_no_database()
    {
        using CommandFolder folder = new();
        Assert.Equal(4,
            folder.Run("import", folder.PathOf("none"), "--format", "lines").ExitCode);
        Assert.False(File.Exists(folder.Database));
    }

    private static byte[] Bytes(Random random, int bytesMax)
    {
        byte[] bytes = new byte[random.Next(1, bytesMax)];
        random.NextBytes(bytes);
        return bytes;
    }
}
