using System.CommandLine;
using KvCow.Cli.Commands;
using KvCow.Tests.Support;

namespace KvCow.Tests.Cli;

/// <summary>
/// The help and <c>docs/cli.md</c> tell what the program does. To accept a change of the page, run
/// with <c>KVCOW_ACCEPT_CLI=1</c> and commit the file that this rewrites.
/// </summary>
public class CommandReferenceTests
{
    [Fact]
    public void The_page_of_commands_is_what_the_program_says()
    {
        string path = Path.Combine(Repository.Root, "docs", "cli.md");
        string actual = CommandReference.Write();
        if (Environment.GetEnvironmentVariable("KVCOW_ACCEPT_CLI") == "1")
            File.WriteAllText(path, actual);
        Assert.Equal(File.ReadAllText(path), actual);
    }

    [Fact]
    public void Every_command_shows_examples_that_it_would_accept()
    {
        RootCommand root = CommandTree.Create();
        CommandHelp help = CommandReference.HelpOf(root);
        foreach ((Command command, string words) in CommandReference.Leaves(root))
        {
            Assert.True(help.ExamplesOf(command).Count > 0, $"'{words}' shows no example.");
            foreach (string example in help.ExamplesOf(command))
            {
                ParseResult parsed = root.Parse(OwnWords(example));
                Assert.True(parsed.Errors.Count == 0 && parsed.CommandResult.Command == command,
                    $"'{words}' shows '{example}', which it does not take: "
                    + string.Join(" ", parsed.Errors.Select(error => error.Message)));
            }
        }
    }

    [Fact]
    public void Help_ends_with_the_examples_and_a_list_of_commands_has_none()
    {
        CommandRun run = CommandFolder.RunWithInput("", "get", "--help");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Examples:\n  kvcow get shop.kvcow apple\n", run.Text,
            StringComparison.Ordinal);
        Assert.DoesNotContain("Examples",
            BuiltProgram.Run("", "--help").Text, StringComparison.Ordinal);
    }

    // What a shell would pass to kvcow: after its name, up to a pipe, a redirection or a bracket.
    private static string OwnWords(string example)
    {
        string words = example[(example.IndexOf("kvcow ", StringComparison.Ordinal) + 6)..];
        int end = words.IndexOfAny(['|', '>', '<', ')', ';', '&']);
        return end < 0 ? words : words[..end];
    }
}
