using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;
using KvCow.Cli.Shell;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow shell</c>: statements typed one after the other, or piped in.</summary>
internal static class ShellCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Option<bool> readOnly = new("--read-only", "--readonly")
        {
            Description = "Open beside other readers and change nothing",
        };
        Option<bool> json = new("--json")
        {
            Description = "Each statement tells what it did or found in lines of JSON",
        };
        Command command = new("shell", """
            A prompt for many statements and for transactions of several; 'help' lists them

            Examples:
              kvcow shell shop.kvcow
              kvcow shell shop.kvcow --read-only < statements.txt
              kvcow shell shop.kvcow --json < statements.txt
            """)
        {
            file, readOnly, json,
        };
        command.SetWork((parsed, ct) => Run(parsed.GetRequiredValue(file),
            parsed.GetValue(readOnly), parsed.GetValue(json), ct));
        return command;
    }

    private static int Run(string file, bool isReadOnly, bool isJson, CancellationToken ct)
    {
        using Database database = isReadOnly
            ? DatabaseFile.OpenToRead(file)
            : DatabaseFile.OpenOrCreate(file);
        using ShellSession session = new(database) { IsJson = isJson };
        return StandardStreams.IsInputRedirected
            ? new PipedShell(session).Run(StandardStreams.In, ct)
            : new TerminalShell(session).Run(ct);
    }
}
