using System.Text.Json;

namespace KvCow.Tests.Cli;

/// <summary>A file with the keys b, d and f.</summary>
public sealed class ThreeEntries : IDisposable
{
    public ThreeEntries()
    {
        string input = Folder.Write("input", "b\t2\nd\t4\nf\t6\n");
        Folder.Do("import", input, "--format", "tsv");
    }

    internal CommandFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();
}

/// <summary>The commands that find keys by their order, on one file that none changes.</summary>
public sealed class KeyCommandTests(ThreeEntries entries) : IClassFixture<ThreeEntries>
{
    private readonly CommandFolder _folder = entries.Folder;

    [Theory]
    [InlineData("b\t2", "min")]
    [InlineData("f\t6", "max")]
    [InlineData("f\t6", "above", "d")]
    [InlineData("b\t2", "below", "d")]
    [InlineData("d\t4", "floor", "e")]
    [InlineData("d\t4", "floor", "d")]
    [InlineData("f\t6", "ceiling", "e")]
    [InlineData("d\t4", "ceiling", "d")]
    [InlineData("d\t4", "at", "1")]
    [InlineData("3", "count")]
    [InlineData("3", "len")]
    [InlineData("2", "count", "--from", "c")]
    [InlineData("1", "count", "--from", "c", "--to", "e")]
    [InlineData("0", "count", "--prefix", "x")]
    [InlineData("1", "rank", "c")]
    [InlineData("1", "rank", "d")]
    [InlineData("d", "at", "1", "--keys-only")]
    [InlineData("64\t34", "at", "1", "--output", "hex")]
    [InlineData("""{"key":"d","value":"4"}""", "at", "1", "--output", "json")]
    public void A_command_prints_one_line(string expected, string verb, params string[] arguments)
        => Assert.Equal([expected], _folder.Do(verb, arguments).Lines);

    [Theory]
    [InlineData("above", "f")]
    [InlineData("below", "b")]
    [InlineData("floor", "a")]
    [InlineData("ceiling", "g")]
    [InlineData("at", "3")]
    public void Nothing_there_is_exit_code_1(string verb, string argument)
    {
        CommandRun run = _folder.Run(verb, argument);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("Key not found\n", run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public void An_index_below_zero_is_a_mistake_in_usage() =>
        Assert.Equal(2, _folder.Run("at", "--", "-1").ExitCode);

    [Fact]
    public void A_verdict_is_printed_as_json()
    {
        using JsonDocument json = JsonDocument.Parse(_folder.Do("verify", "--json").Output);
        Assert.True(json.RootElement.GetProperty("sound").GetBoolean());
        Assert.Equal(3, json.RootElement.GetProperty("entries").GetInt64());
    }
}
