namespace KvCow.Tests.Cli;

public class VerbTests
{
    [Fact]
    public void What_was_put_is_gotten_listed_in_order_and_deleted()
    {
        using CommandFolder folder = new();
        folder.Do("put", "b", "2");
        folder.Do("set", "a", "1");
        folder.Do("insert", "c", "");
        Assert.Equal("1\n", folder.Do("get", "a").Text);
        Assert.Equal("2", folder.Do("lookup", "b", "--raw").Text);
        Assert.Equal(["a\t1", "b\t2", "c\t"], folder.Do("list").Lines);
        Assert.Equal(["c\t", "b\t2", "a\t1"], folder.Do("scan", "--reverse").Lines);
        folder.Do("delete", "b");
        folder.Do("rm", "a");
        folder.Do("remove", "c");
        Assert.Empty(folder.Do("list").Lines);
    }

    [Fact]
    public void Compact_makes_the_file_shorter_and_tells_both_sizes()
    {
        using CommandFolder folder = new();
        string input = folder.Write(
            "input", string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i:d40}\n")));
        folder.Do("import", input, "--format", "lines", "--bucket", "gone");
        folder.Do("import", input, "--format", "lines", "--bucket", "kept");
        CommandFolder.RunWithInput("", "bucket", "delete", folder.Database, "gone");
        long before = new FileInfo(folder.Database).Length;
        Assert.Contains("the budget is spent", folder.Do("compact", "--budget", "4096").Text);
        string text = folder.Do("compact").Text;
        long after = new FileInfo(folder.Database).Length;
        Assert.True(after < before * 3 / 4, $"{before} -> {after}");
        Assert.Contains($"-> {after:N0} bytes, ", text);
        Assert.Equal(2, folder.Run("compact", "--budget", "0").ExitCode);
        Assert.Equal(["kept\t10000"], folder.Do("buckets").Lines);
    }

    [Fact]
    public void List_keeps_to_its_bounds()
    {
        using CommandFolder folder = new();
        string input = folder.Write("input", "a\nab\nabc\nac\nb\n");
        folder.Do("import", input, "--format", "lines");
        Assert.Equal(["ab\t", "abc\t"], folder.Do("list", "--prefix", "ab").Lines);
        Assert.Equal(["ab", "abc"],
            folder.Do("list", "--from", "ab", "--to", "ac", "--keys-only").Lines);
        Assert.Equal(["abc"],
            folder.Do("list", "--prefix", "ab", "--from", "abb", "--keys-only").Lines);
        Assert.Equal(["ab"],
            folder.Do("list", "--prefix", "ab", "--to", "abb", "--keys-only").Lines);
        Assert.Equal(["b", "ac"],
            folder.Do("list", "--reverse", "--limit", "2", "--keys-only").Lines);
        Assert.Empty(folder.Do("list", "--limit", "0").Lines);
        Assert.Empty(folder.Do("list", "--from", "b", "--to", "a").Lines);
    }

    [Fact]
    public void Hex_literals_mean_bytes_in_keys_values_and_bounds()
    {
        using CommandFolder folder = new();
        folder.Do("put", "X'00cafe'", "X'ff09'");
        folder.Do("put", "X'ffff'", "top");
        Assert.Equal([0xff, 0x09], folder.Do("get", "X'00CAFE'", "--raw").Output);
        Assert.Equal([@"\x00\xca\xfe" + "\t" + @"\xff\t"],
            folder.Do("list", "--escape", "--to", "X'01'").Lines);
        Assert.Equal([0xff, 0xff, (byte)'\n'],
            folder.Do("list", "--prefix", "X'ff'", "--keys-only").Output);
    }

    [Fact]
    public void Words_that_look_like_options_can_be_keys_and_values()
    {
        using CommandFolder folder = new();
        folder.Do("put", "@file", "-5");
        folder.Do("put", "--", "--bucket", "-b");
        Assert.Equal("-5\n", folder.Do("get", "@file").Text);
        Assert.Equal(["--bucket\t-b", "@file\t-5"], folder.Do("list").Lines);
    }

    [Fact]
    public void A_path_of_buckets_is_created_and_listed_with_counts()
    {
        using CommandFolder folder = new();
        folder.Do("put", "k", "deep", "--bucket", "a/b/X'2f'");
        folder.Do("put", "k", "flat", "-b", "a");
        folder.Do("put", "k", "other");
        Assert.Equal("deep\n", folder.Do("get", "k", "--bucket", "a/b/X'2f'").Text);
        Assert.Equal("flat\n", folder.Do("get", "k", "--bucket", "a").Text);
        Assert.Equal(["a\t1", "a/b\t0", "a/b/X'2f'\t1", "default\t1"],
            folder.Do("buckets").Lines);
    }

    [Fact]
    public void A_large_value_is_printed_whole()
    {
        using CommandFolder folder = new();
        string value = new('v', 300_000);
        folder.Do("import", folder.Write("input", $"k\t{value}\n"), "--format", "tsv");
        Assert.Equal(value, folder.Do("get", "k", "--raw").Text);
        Assert.Equal([$"k\t{value}"], folder.Do("list").Lines);
        Assert.Equal([$"k\t{value}"], folder.Do("list", "--escape").Lines);
    }

    [Fact]
    public void Figures_are_printed_as_lines_and_as_json()
    {
        using CommandFolder folder = new();
        folder.Do("put", "k", "v");
        Assert.Contains("entries                        1", folder.Do("stats").Lines);
        using System.Text.Json.JsonDocument json =
            System.Text.Json.JsonDocument.Parse(folder.Do("stats", "--json").Output);
        Assert.Equal(1, json.RootElement.GetProperty("entries").GetInt64());
        Assert.Equal(4096, json.RootElement.GetProperty("page_bytes").GetInt64());
    }

    [Fact]
    public void A_sound_file_is_verified()
    {
        using CommandFolder folder = new();
        folder.Do("put", "k", "v");
        Assert.StartsWith("sound: ", folder.Do("verify").Text, StringComparison.Ordinal);
    }
}
