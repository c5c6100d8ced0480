using System.Text.RegularExpressions;
using KvCow.Tests.Support;

namespace KvCow.Tests.Properties;

/// <summary>The rules of the sources that no compiler checks.</summary>
public sealed partial class TidyTests
{
    private const int FileLinesMax = 300;
    private const int LineColumnsMax = 100;

    /// <summary>Which layers of the engine a layer may use; those above may use all.</summary>
    private static readonly Dictionary<string, string[]> Uses = new()
    {
        ["Telemetry"] = [],
        ["Storage"] = [],
        ["Pages"] = [],
        ["Cache"] = ["Pages", "Storage"],
        ["Tree"] = ["Pages", "Storage"],
        ["Transactions"] = ["Tree", "Cache", "Pages", "Storage", "Telemetry"],
        ["Backups"] = ["Transactions", "Tree", "Pages", "Storage", "Telemetry"],
    };

    private static readonly string[] UnsafeFolders =
        ["src/Engine/Storage/", "src/Engine/Cache/", "bench/KvCow.Bench/Peers/"];

    /// <summary>Where a page search reads native memory, as the style allows it.</summary>
    private static readonly string[] UnsafeFiles =
        ["src/Engine/Pages/HeadSearch.cs", "src/Engine/Pages/PageSearch.cs"];

    private static readonly SourceFile[] Source =
        [.. Repository.Sources("src", "bench", "samples")];
    private static readonly SourceFile[] Tests = [.. Repository.Sources("tests")];
    private static readonly SourceFile[] All = [.. Source, .. Tests];

    [Fact]
    public void There_are_sources_to_look_at() => Assert.True(Source.Length > 50);

    [Fact]
    public void A_layer_uses_only_the_layers_below_it() => AssertNone(
        from file in Source
        where file.EngineLayer is not null && Uses.ContainsKey(file.EngineLayer)
        from problem in file.Find(line => UsedLayers(line).Any(used =>
            used != file.EngineLayer && !Uses[file.EngineLayer!].Contains(used)))
        select problem);

    [Fact]
    public void No_layer_below_the_store_names_it() => AssertNone(
        from file in Source
        where file.EngineLayer is not null && Uses.ContainsKey(file.EngineLayer)
        from problem in file.Find(line => IsCode(line) && StoreType().IsMatch(line))
        select problem);

    [Fact]
    public void The_tree_uses_nothing_of_the_storage_but_page_buffers()
    {
        string[] others = [.. Source.Where(file => file.EngineLayer == "Storage")
            .Select(file => Path.GetFileNameWithoutExtension(file.Path))
            .Where(name => name is not ("PageBuffer" or "Throw"))];
        AssertNone(
            from file in Source
            where file.EngineLayer == "Tree"
            from problem in file.Find(line => IsCode(line)
                && others.Any(name => Regex.IsMatch(line, $@"\b{name}\b")))
            select problem);
    }

    [Fact]
    public void Buckets_do_not_reach_past_the_transactions() => AssertNone(
        from file in Source
        where file.Path.StartsWith("src/Buckets/", StringComparison.Ordinal)
        from problem in file.Find(line => UsedLayers(line).Contains("Cache"))
        select problem);

    [Fact]
    public void The_command_line_uses_the_public_api_only() => AssertNone(
        from file in Source
        where file.Path.StartsWith("src/Cli/", StringComparison.Ordinal)
        from problem in file.Find(line => line.Contains("KvCow.Engine", StringComparison.Ordinal))
        select problem);

    [Fact]
    public void A_namespace_is_its_folder() => AssertNone(
        from file in Source
        where file.EngineLayer is not null && Uses.ContainsKey(file.EngineLayer)
        from problem in file.Find(line =>
            line.StartsWith("namespace ", StringComparison.Ordinal)
            && line != $"namespace KvCow.Engine.{file.EngineLayer};")
        select problem);

    [Fact]
    public void A_file_has_at_most_300_lines() => AssertNone(
        from file in All
        where file.Lines.Length > FileLinesMax
        select $"{file.Path}: {file.Lines.Length} lines");

    [Fact]
    public void A_line_has_at_most_100_columns() => AssertNone(
        All.SelectMany(file => file.Find(line => line.Length > LineColumnsMax)));

    [Fact]
    public void Unsafe_code_stays_where_native_memory_is_owned() => AssertNone(
        from file in Source
        where !UnsafeFolders.Any(folder => file.Path.StartsWith(folder, StringComparison.Ordinal))
            && !UnsafeFiles.Contains(file.Path)
        from problem in file.Find(line => IsCode(line) && UnsafeWord().IsMatch(line))
        select problem);

    [Fact]
    public void There_is_no_commented_out_code() => AssertNone(
        All.SelectMany(file => file.Find(CommentedCode().IsMatch)));

    [Fact]
    public void There_is_no_note_of_unfinished_work() => AssertNone(
        from file in All
        where !file.Path.EndsWith("/TidyTests.cs", StringComparison.Ordinal)
        from problem in file.Find(UnfinishedWork().IsMatch)
        select problem);

    [Fact]
    public void A_type_name_says_something() => AssertNone(
        All.SelectMany(file => file.Find(VagueType().IsMatch)));

    [Fact]
    public void A_test_neither_sleeps_nor_is_skipped() => AssertNone(
        from file in Tests
        where !file.Path.EndsWith("/TidyTests.cs", StringComparison.Ordinal)
        from problem in file.Find(SleepOrSkip().IsMatch)
        select problem);

    private static void AssertNone(IEnumerable<string> problems)
    {
        string[] found = [.. problems];
        Assert.True(found.Length == 0, string.Join(Environment.NewLine, found));
    }

    private static IEnumerable<string> UsedLayers(string line) =>
        LayerName().Matches(line).Select(match => match.Groups[1].Value);

    private static bool IsCode(string line) =>
        !line.TrimStart().StartsWith("//", StringComparison.Ordinal);

    [GeneratedRegex(@"\bKvCow\.Engine\.(\w+)")]
    private static partial Regex LayerName();

    [GeneratedRegex(@"\bStore(Opening)?\b(?!\()")]
    private static partial Regex StoreType();

    [GeneratedRegex(@"\b(unsafe|fixed|Unsafe\.|MemoryMarshal\.GetReference)")]
    private static partial Regex UnsafeWord();

    [GeneratedRegex(@"^\s*//[^/].*[;{}]\s*$")]
    private static partial Regex CommentedCode();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX|NotImplementedException)\b")]
    private static partial Regex UnfinishedWork();

    // One or two digits at the end are a version; three are the width of a vector.
    [GeneratedRegex(@"\b(class|struct|record|interface|enum)\s+\w*(Manager|Helpers?|Utils?|"
        + @"Utilities|Service|Context|Impl|Core|Base|Info|(?<![0-9])[0-9]{1,2})\b")]
    private static partial Regex VagueType();

    [GeneratedRegex(@"\bThread\.Sleep\b|\bTask\.Delay\b|\bSkip\s*=")]
    private static partial Regex SleepOrSkip();
}
