using System.Text.RegularExpressions;
using KvCow.Tests.Support;

namespace KvCow.Tests.Documents;

/// <summary>
/// What the documents show exists: their C# stands, line for line, in a source that is compiled and
/// run, and the files they point to are there.
/// </summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Code =
    [
        .. Repository.Sources("tests/Documents", "samples")
            .Select(file => Packed(file.Lines)),
    ];

    public static TheoryData<string> Documents =>
    [
        "README.md",
        "ARCHITECTURE.md",
        "samples/README.md",
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md")
            .Select(path => Path.GetRelativePath(Repository.Root, path)).Order(),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Its_code_is_compiled_and_run(string document)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, document));
        foreach (Match block in CodeBlock().Matches(text))
        {
            string[] lines = block.Groups[1].Value.Split('\n');
            Assert.True(Code.Any(code => code.Contains(Packed(lines), StringComparison.Ordinal)),
                $"{document}: put this code into a test of tests/Documents/Snippets:\n"
                + block.Groups[1].Value);
        }
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void What_it_points_to_exists(string document)
    {
        string path = Path.Combine(Repository.Root, document);
        string folder = Path.GetDirectoryName(path)!; // The path of a file has a folder.
        foreach (Match link in Link().Matches(File.ReadAllText(path)))
        {
            string target = Path.Combine(folder, link.Groups[1].Value);
            Assert.True(Path.Exists(target), $"{document} points to {link.Groups[1].Value}.");
        }
    }

    [Fact]
    public void A_document_with_code_that_is_nowhere_would_be_found() =>
        Assert.DoesNotContain(Code, code => code.Contains(
            Packed(["transaction.Open", "Bucket();"]), StringComparison.Ordinal));

    // Without indentation, empty lines, directives and notes at the ends of lines.
    private static string Packed(string[] lines) => string.Join('\n', lines
        .Select(line => Note().Replace(line, "").Trim())
        .Where(line => line.Length > 0 && !Directive().IsMatch(line)));

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex Directive();

    [GeneratedRegex(@"\s*//.*$")]
    private static partial Regex Note();
}
