using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace KvCow.Cli.Commands;

/// <summary>
/// Help that ends with examples. A command gives them as the last paragraph of its description,
/// one to a line after <c>Examples:</c>; lists of commands show only what stands before.
/// </summary>
internal sealed class CommandHelp : SynchronousCommandLineAction
{
    private const string Heading = "Examples:";

    private readonly Dictionary<Command, string[]> _examples = [];
    private readonly HelpAction _help;

    private CommandHelp(HelpAction help)
    {
        _help = help;
    }

    /// <summary>Replaces the help of a finished tree of commands.</summary>
    public static CommandHelp AddTo(RootCommand root)
    {
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        CommandHelp help = new((HelpAction)option.Action!); // The library's own: never null.
        help.TakeExamples(root);

        // Elsewhere than on Windows these are paths of files.
        option.Aliases.Remove("/?");
        option.Aliases.Remove("/h");
        option.Action = help;
        return help;
    }

    /// <summary>The examples of a command, each a line for a shell; empty if it has none.</summary>
    public IReadOnlyList<string> ExamplesOf(Command command) =>
        _examples.GetValueOrDefault(command, []);

    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = _help.Invoke(parseResult);
        IReadOnlyList<string> examples = ExamplesOf(parseResult.CommandResult.Command);
        if (examples.Count == 0) return exitCode;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(Heading);
        foreach (string example in examples) output.WriteLine($"  {example}");
        output.WriteLine();
        return exitCode;
    }

    private void TakeExamples(Command command)
    {
        string[] lines = (command.Description ?? "").ReplaceLineEndings("\n").Split('\n');
        int heading = Array.IndexOf(lines, Heading);
        if (heading >= 0)
        {
            command.Description = string.Join('\n', lines[..heading]).TrimEnd();
            _examples[command] = [.. lines[(heading + 1)..].Select(line => line.Trim())];
        }

        foreach (Command nested in command.Subcommands) TakeExamples(nested);
    }
}
