using KvCow.Tests.Support;

namespace KvCow.Tests.Cli;

public class StandardStreamsTests
{
    /// <summary>Else a command run within a test would write to the test's own console.</summary>
    [Fact]
    public void Only_the_streams_and_the_line_editor_know_the_console()
    {
        string source = Path.Combine(Repository.Root, "src", "Cli");
        string[] knowing =
        [
            .. Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
                .Where(file => File.ReadLines(file).Any(line =>
                    line.Replace("Spectre.Console", "", StringComparison.Ordinal)
                        .Contains(" Console.", StringComparison.Ordinal)
                    || line.Contains("(Console.", StringComparison.Ordinal)
                    || line.Contains("!Console.", StringComparison.Ordinal)))
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Order(StringComparer.Ordinal),
        ];
        Assert.Equal(["OutputStream", "StandardStreams", "TerminalShell"], knowing);
    }
}
