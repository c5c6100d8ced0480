using System.Diagnostics;

namespace KvCow.Tests.Cli;

/// <summary>
/// What the shell is told: by the built program where one case of each code is enough, else by the
/// command within this process.
/// </summary>
public class ExitCodeTests
{
    [Theory]
    [InlineData("get")]
    [InlineData("delete")]
    public void A_missing_key_is_not_found(string verb)
    {
        using CommandFolder folder = new();
        folder.Do("put", "k", "v");
        CommandRun run = folder.Run(verb, "missing");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("Key not found\n", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void A_missing_bucket_is_not_found()
    {
        using CommandFolder folder = new() { StartsProgram = true };
        folder.Do("put", "k", "v");
        Assert.Equal(1, folder.Run("get", "k", "--bucket", "a/b").ExitCode);
        Assert.Equal(1, folder.Run("list", "--bucket", "default/b").ExitCode);
        Assert.Equal(1, folder.Run("delete", "k", "--bucket", "a").ExitCode);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("get")]
    [InlineData("get", "X'0'")]
    [InlineData("get", "k", "--bucket", "a//b")]
    [InlineData("list", "--limit", "-1")]
    [InlineData("list", "--limit", "x")]
    [InlineData("import", "input", "--format", "xml")]
    [InlineData("import")]
    public void A_wrong_command_line_is_refused_and_touches_no_file(params string[] arguments)
    {
        using CommandFolder folder = new();
        CommandRun run = folder.Run(arguments[0], arguments[1..]);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Output);
        Assert.False(File.Exists(folder.Database));
    }

    [Fact]
    public void A_key_that_is_too_long_is_refused()
    {
        using CommandFolder folder = new() { StartsProgram = true };
        Assert.Equal(2, folder.Run("put", new string('k', 5000), "v").ExitCode);
    }

    [Theory]
    [InlineData("get", "k")]
    [InlineData("delete", "k")]
    [InlineData("list")]
    [InlineData("buckets")]
    [InlineData("stats")]
    [InlineData("verify")]
    public void A_missing_file_is_not_created(params string[] arguments)
    {
        using CommandFolder folder = new();
        CommandRun run = folder.Run(arguments[0], arguments[1..]);
        Assert.Equal(4, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.False(File.Exists(folder.Database));
    }

    [Fact]
    public void A_file_in_use_is_locked()
    {
        using CommandFolder folder = new() { StartsProgram = true };
        using Database database = Database.Open(folder.Database);
        Assert.Equal(4, folder.Run("put", "k", "v").ExitCode);
    }

    [Fact]
    public void A_file_that_is_no_database_is_corrupt()
    {
        using CommandFolder folder = new() { StartsProgram = true };
        folder.ExpectDamage();
        folder.Write("test.kvcow", new string('x', 10_000));
        Assert.Equal(3, folder.Run("get", "k").ExitCode);
        Assert.Equal(3, folder.Run("verify").ExitCode);
    }

    [Fact]
    public void A_damaged_page_is_named_by_verify_and_its_bytes_are_not_printed()
    {
        using CommandFolder folder = new() { StartsProgram = true };
        folder.ExpectDamage();
        string[] keys = [.. Enumerable.Range(10_000, 5_000).Select(i => $"key{i}")];
        folder.Do("import", folder.Write("input", string.Join('\n', keys)), "--format", "lines");

        // Opening checks the pages of the newest commit; these commits leave the damaged one out.
        for (int i = 0; i < 3; i++) folder.Do("put", "k", "v", "--bucket", "other");
        long page = Damage(folder.Database, "key12345"u8);
        CommandRun verify = folder.Run("verify");
        Assert.Equal(3, verify.ExitCode);
        Assert.Contains($"page {page}, bucket 'default': ", verify.Text, StringComparison.Ordinal);
        Assert.Equal(3, folder.Run("get", "key12345").ExitCode);
        CommandRun list = folder.Run("list", "--keys-only");
        Assert.Equal(3, list.ExitCode);
        Assert.Equal(keys[..list.Lines.Length], list.Lines);
    }

    [Fact]
    public void A_closed_pipe_ends_a_list_in_silence()
    {
        using CommandFolder folder = new() { StartsProgram = true };
        string lines = string.Join('\n', Enumerable.Range(0, 100_000));
        folder.Do("import", folder.Write("input", lines), "--format", "lines");
        using Process process = BuiltProgram.Start("list", folder.Database);
        Assert.Equal("0\t", process.StandardOutput.ReadLine());
        process.StandardOutput.Close();
        Assert.Empty(process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    // Changes one bit of a key in the file; returns the number of its page.
    private static long Damage(string path, ReadOnlySpan<byte> key)
    {
        const int PageBytes = 4096;
        byte[] file = File.ReadAllBytes(path);
        int offset = file.AsSpan().IndexOf(key);
        file[offset] ^= 1;
        File.WriteAllBytes(path, file);
        return offset / PageBytes;
    }
}
