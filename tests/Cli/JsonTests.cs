using System.CommandLine;
using System.Text.Json;
using KvCow.Cli.Commands;

namespace KvCow.Tests.Cli;

/// <summary>What programs read with <c>--json</c>.</summary>
public sealed class JsonTests : IDisposable
{
    private readonly CommandFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// The rest print what is no result to read: a dump in a format of its own, a script, a course
    /// for people.
    /// </summary>
    [Fact]
    public void Every_command_with_a_result_takes_the_option()
    {
        string[] without =
        [
            .. CommandReference.Leaves(CommandTree.Create())
                .Where(leaf => leaf.Command.Options.All(option => option.Name != "--json"))
                .Select(leaf => leaf.Words).Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["completion", "demo", "dump"], without);
    }

    [Fact]
    public void Changes_tell_what_they_did()
    {
        Expect("""{"put":true,"new":true,"value_bytes":3}""", "put", "k", "abc");
        Expect("""{"put":true,"new":false,"value_bytes":0}""", "put", "k", "");
        Expect("""{"deleted":true}""", "delete", "k");
        Expect("""{"created":true,"bucket":"a/X'2f'"}""", "bucket create", "a/X'2f'");
        Expect("""{"moved":true,"from":"a/X'2f'","to":"a/X'ff'"}""",
            "bucket rename", "a/X'2f'", "X'ff'");
        Expect("""{"moved":true,"from":"a/X'ff'","to":"top"}""", "bucket move", "a/X'ff'", "top");
        Expect("""{"moved":true,"from":"top","to":"b"}""", "bucket rename", "top", "b");
        Expect("""{"deleted":true,"bucket":"b"}""", "bucket delete", "b");
        CommandRun missing = _folder.Run("delete", "k", "--json");
        Assert.Equal(1, missing.ExitCode);
        Assert.Equal("""{"deleted":false}""", Compact(missing));
    }

    [Fact]
    public void Entries_are_lines_as_import_reads_them()
    {
        _folder.Do("put", "k", "X'ff'");
        const string Line = """{"key":"k","value_hex":"ff"}""";
        Expect(Line, "get", "k");
        Expect(Line, "list");
        Expect(Line, "max");
        Expect(Line, "floor", "z");
        Expect(Line, "at", "0");
    }

    [Fact]
    public void A_page_tells_its_fields_and_cells()
    {
        _folder.Do("put", "k", "v");
        using JsonDocument meta = JsonDocument.Parse(_folder.Do("page", "0", "--json").Output);
        Assert.Equal("meta", meta.RootElement.GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Null, meta.RootElement.GetProperty("problem").ValueKind);
        Assert.NotEmpty(meta.RootElement.GetProperty("fields").EnumerateObject());
        using JsonDocument stats = JsonDocument.Parse(_folder.Do("stats", "--json").Output);
        int pages = stats.RootElement.GetProperty("pages").GetInt32();
        Assert.Contains(Enumerable.Range(2, pages - 2), page =>
            _folder.Do("page", $"{page}", "--json").Text.Contains(
                "\"value\": \"v\"", StringComparison.Ordinal));
    }

    private void Expect(string json, string verb, params string[] arguments) =>
        Assert.Equal(json, Compact(_folder.Do(verb, [.. arguments, "--json"])));

    private static string Compact(CommandRun run)
    {
        using JsonDocument json = JsonDocument.Parse(run.Output);
        return JsonSerializer.Serialize(json, JsonSerializerOptions.Strict)
            .Replace("\\u0027", "'", StringComparison.Ordinal);
    }
}
