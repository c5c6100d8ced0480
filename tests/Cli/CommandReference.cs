using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using KvCow.Cli.Commands;

namespace KvCow.Tests.Cli;

/// <summary>Writes the page of all commands from the program's own tree of them.</summary>
internal static class CommandReference
{
    private const string Opening = """
        # The commands of kvcow

        Made from the program by `tests/Cli/CommandReferenceTests`.

        Keys, values and names of buckets are text, or bytes as `X'00cafe'`. Options may stand
        anywhere after the command; `--` ends them. Results go to standard output, everything else
        to standard error.

        | Exit code | Meaning |
        |---|---|
        | 0 | done |
        | 1 | key or bucket not found |
        | 2 | the command line is wrong, or asks for what cannot be |
        | 3 | corruption, or the file is no database |
        | 4 | no such file, locked, no room, or another failure of input and output |

        """;

    public static string Write()
    {
        RootCommand root = CommandTree.Create();
        CommandHelp help = HelpOf(root);
        StringBuilder page = new(Opening);
        foreach (Command command in Visible(root)) Append(page, help, command, "kvcow");
        return page.ToString();
    }

    public static CommandHelp HelpOf(RootCommand root) =>
        (CommandHelp)root.Options.OfType<HelpOption>().Single().Action!;

    /// <summary>Every command that does something itself, with the words that call it.</summary>
    public static IEnumerable<(Command Command, string Words)> Leaves(
        Command above, string words = "") =>
        from command in Visible(above)
        let path = $"{words} {command.Name}".TrimStart()
        from leaf in command.Subcommands.Count == 0 ? [(command, path)] : Leaves(command, path)
        select leaf;

    private static IEnumerable<Command> Visible(Command above) =>
        above.Subcommands.Where(command => !command.Hidden);

    private static void Append(
        StringBuilder page, CommandHelp help, Command command, string words)
    {
        string path = $"{words} {command.Name}";
        page.Append($"\n## {path}\n\n{Escape(command.Description)}.");
        if (command.Aliases.Count > 0)
            page.Append($" Also: {string.Join(", ", command.Aliases.Order().Select(Code))}.");
        page.Append('\n');
        if (command.Subcommands.Count == 0)
        {
            string arguments = string.Concat(command.Arguments.Select(argument =>
                argument.Arity.MinimumNumberOfValues == 0
                    ? $" [{argument.Name}]"
                    : $" {argument.Name}"));
            page.Append($"\n```\n{path}{arguments}\n\n");
            foreach (string example in help.ExamplesOf(command)) page.Append($"{example}\n");
            page.Append("```\n");
        }

        AppendTable(page, command);
        foreach (Command nested in Visible(command)) Append(page, help, nested, path);
    }

    private static void AppendTable(StringBuilder page, Command command)
    {
        List<(string Name, string? Meaning)> rows =
        [
            .. command.Arguments.Select(argument => (argument.Name, argument.Description)),
            .. command.Options.Where(option => !option.Hidden).Select(option =>
                (Name(option), option.Description)),
        ];
        if (rows.Count == 0) return;
        page.Append("\n| | |\n|---|---|\n");
        foreach ((string name, string? meaning) in rows)
            page.Append($"| {Code(name)} | {Escape(meaning)} |\n");
    }

    private static string Name(Option option)
    {
        IEnumerable<string> names =
            option.Aliases.Append(option.Name).OrderBy(name => name.Length);
        string value = option.ValueType == typeof(bool) ? "" : $" {option.HelpName ?? "VALUE"}";
        return string.Join(", ", names) + value + (option.Required ? " (required)" : "");
    }

    private static string Code(string text) => $"`{text}`";

    private static string Escape(string? text) => (text ?? "").ReplaceLineEndings(" ")
        .Replace("<", "\\<", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal);
}
