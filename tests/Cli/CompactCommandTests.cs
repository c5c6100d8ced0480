using System.Text.Json;

namespace KvCow.Tests.Cli;

public class CompactCommandTests
{
    [Fact]
    public void A_new_file_is_short_and_the_old_one_stays_as_it_was()
    {
        using CommandFolder folder = new();
        Fill(folder);
        byte[] before = File.ReadAllBytes(folder.Database);
        string other = folder.PathOf("short");
        CommandRun run = folder.Do("compact", "--to", other, "--json");
        Assert.Equal(before, File.ReadAllBytes(folder.Database));
        long length = new FileInfo(other).Length;
        Assert.Equal(length, Number(run, "bytes_after"));
        Assert.Equal(before.Length, Number(run, "bytes_before"));
        Assert.True(length < before.Length / 2);
        Assert.Equal(folder.Do("list").Text, CommandFolder.RunWithInput("", "list", other).Text);
        Assert.Equal(0, CommandFolder.RunWithInput("", "verify", other).ExitCode);
        Assert.Equal(4, folder.Run("compact", "--to", other).ExitCode);
        folder.Do("compact", "--to", other, "--overwrite");
        Assert.Equal(2, folder.Run("compact", "--to", other, "--budget", "1").ExitCode);
        Assert.Equal(2, folder.Run("compact", "--overwrite").ExitCode);
    }

    [Fact]
    public void The_result_is_told_to_programs()
    {
        using CommandFolder folder = new();
        Fill(folder);
        long before = new FileInfo(folder.Database).Length;
        CommandRun run = folder.Do("compact", "--json");
        Assert.Contains("\"end\": \"Done\"", run.Text, StringComparison.Ordinal);
        Assert.Equal(before, Number(run, "bytes_before"));
        Assert.Equal(new FileInfo(folder.Database).Length, Number(run, "bytes_after"));
        Assert.True(Number(run, "bytes_written") > 0);
    }

    [Fact]
    public void Commands_with_a_result_tell_it_as_json()
    {
        using CommandFolder folder = new();
        string input = folder.Write("input", "a\t1\nbad\nb\t2\n");
        CommandRun import = folder.Do("import", input, "-f", "tsv", "--skip-bad", "--json");
        Assert.Equal(2, Number(import, "entries"));
        Assert.Equal(1, Number(import, "bad_lines"));
        Assert.Equal(2, Number(folder.Do("count", "--json"), "count"));
        Assert.Equal(1, Number(folder.Do("rank", "b", "--json"), "rank"));
        Assert.Equal(0, Number(folder.Do("stats", "--json"), "pending_bytes"));
        Assert.Equal(2, Number(folder.Do("export", folder.PathOf("e"), "--json"), "entries"));
        CommandRun backup = folder.Do("backup", folder.PathOf("b"), "--json");
        Assert.Equal(new FileInfo(folder.PathOf("b")).Length, Number(backup, "bytes"));
        CommandRun restore = CommandFolder.RunWithInput(
            "", "restore", folder.PathOf("b"), folder.PathOf("r"), "--json");
        Assert.Equal(Number(backup, "pages"), Number(restore, "pages"));
        string dump = folder.Write("d", folder.Do("dump").Text);
        Assert.Equal(2, Number(folder.Do("load", dump, "--json"), "entries"));
        Assert.Equal(2, folder.Run("export", "-", "--json").ExitCode);
        Assert.Equal(2, folder.Run("backup", "-", "--json").ExitCode);
    }

    [Fact]
    public void The_page_size_of_a_new_file_may_be_chosen()
    {
        using CommandFolder folder = new();
        folder.Do("put", "k", "v", "--page-bytes", "16384");
        Assert.Equal(16384, Number(folder.Do("stats", "--json"), "page_bytes"));
        Assert.Equal(2, folder.Run("put", "k", "v", "--page-bytes", "5000").ExitCode);
        Assert.Equal(2, folder.Run("put", "k", "v", "--page-bytes", "131072").ExitCode);
    }

    private static void Fill(CommandFolder folder)
    {
        using Database database = Database.Open(folder.Database);
        database.Write(tx =>
        {
            WritableBucket bucket = tx.CreateBucket("default");
            for (int i = 0; i < 5000; i++) bucket.Put(Key(i), new byte[150]);
        });
        database.Write(tx =>
        {
            for (int i = 0; i < 5000; i++)
                if (i % 10 != 0) tx.OpenBucket("default").Delete(Key(i));
        });
    }

    private static byte[] Key(int i) => [(byte)(i >> 8), (byte)i];

    private static long Number(CommandRun run, string name)
    {
        using JsonDocument result = JsonDocument.Parse(run.Output);
        return result.RootElement.GetProperty(name).GetInt64();
    }
}
