using System.Text.Json;

namespace KvCow.Tests.Cli;

/// <summary>Forms of values, and changes to buckets.</summary>
public sealed class BucketCommandTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Json_lines_can_be_imported_again()
    {
        _folder.Do("put", "d", "4");
        _folder.Do("put", "X'ff00'", "a\"b\n");
        string[] lines = _folder.Do("list", "--output", "json").Lines;
        Assert.Equal("""{"key_hex":"ff00","value":"a\"b\n"}""", lines[^1]);
        string input = _folder.Write("lines", string.Join('\n', lines));
        _folder.Do("import", input, "--format", "jsonl", "--bucket", "copy");
        Assert.Equal(_folder.Do("list").Output, _folder.Do("list", "-b", "copy").Output);
    }

    [Fact]
    public void Get_prints_hex_and_json()
    {
        _folder.Do("put", "k", "X'00ff'");
        Assert.Equal("00ff\n", _folder.Do("get", "k", "--output", "hex").Text);
        Assert.Equal("""{"key":"k","value_hex":"00ff"}""" + "\n",
            _folder.Do("get", "k", "--output", "json").Text);
        Assert.Equal("\\x00\\xff\n", _folder.Do("get", "k", "-o", "escaped").Text);
    }

    [Fact]
    public void A_value_may_come_from_a_file()
    {
        string input = _folder.Write("value", "from a file");
        _folder.Do("put", "k", "@" + input);
        Assert.Equal("from a file\n", _folder.Do("get", "k").Text);
        _folder.Do("put", "k", "@@home");
        Assert.Equal("@home\n", _folder.Do("get", "k").Text);
        _folder.Do("put", "k", "X'4061'");
        Assert.Equal("@a\n", _folder.Do("get", "k").Text);
        Assert.Equal(4, _folder.Run("put", "k", "@/nowhere/at/all").ExitCode);
    }

    [Fact]
    public void Buckets_are_created_renamed_moved_and_deleted()
    {
        _folder.Do("put", "k", "v");
        _folder.Do("bucket create", "a/b");
        _folder.Do("put", "k", "v", "-b", "a/b");
        _folder.Do("bucket rename", "a/b", "c");
        _folder.Do("bucket move", "a/c", "top");
        Assert.Equal("v\n", _folder.Do("get", "k", "-b", "top").Text);
        _folder.Do("bucket move", "top", "a/down");
        Assert.Equal("v\n", _folder.Do("get", "k", "-b", "a/down").Text);
        Assert.Equal(["a\t0", "a/down\t1", "default\t1"], _folder.Do("buckets").Lines);
        using JsonDocument json = JsonDocument.Parse(_folder.Do("buckets", "--json").Output);
        Assert.Equal("a/down", json.RootElement[1].GetProperty("path").GetString());

        _folder.Do("bucket delete", "a");
        Assert.Equal(["default\t1"], _folder.Do("buckets").Lines);
        Assert.Equal(1, _folder.Run("bucket delete", "a").ExitCode);
        Assert.NotEqual(0, _folder.Run("bucket create", "default").ExitCode);
    }
}
