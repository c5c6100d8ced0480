using System.Text.Json;

namespace KvCow.Tests.Cli;

public sealed class InspectTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_shape_of_the_trees_and_each_page_are_printed()
    {
        string input = _folder.Write("input", string.Join('\n', Enumerable.Range(0, 2_000)));
        _folder.Do("import", input, "--format", "lines", "-b", "a/b");
        string text = _folder.Do("inspect").Text;
        Assert.Contains("a/b", text);
        Assert.Contains("2,000", text);
        Assert.Contains("M meta  B branch  L leaf", text);
        using JsonDocument json = JsonDocument.Parse(_folder.Do("inspect", "--json").Output);
        JsonElement tree = json.RootElement.GetProperty("trees").EnumerateArray().Last();
        Assert.Equal("a/b", tree.GetProperty("bucket").GetString());
        Assert.Equal(2_000, tree.GetProperty("entries").GetInt64());

        Assert.StartsWith("page 0: meta\n", _folder.Do("page", "0").Text);
        CommandRun beyond = _folder.Run("page", "99999");
        Assert.Equal(2, beyond.ExitCode);
        Assert.Contains("there is no page 99999", beyond.Error);
    }
}
