using RadLine;

namespace KvCow.Cli.Shell;

/// <summary>Reads statements at a prompt, with history and completion.</summary>
internal sealed class TerminalShell
{
    private readonly ShellSession _session;
    private readonly StatementTree _statements;
    private readonly LineEditor _editor;

    public TerminalShell(ShellSession session)
    {
        _session = session;
        _statements = new StatementTree(session);
        _editor = new LineEditor
        {
            MultiLine = false,
            Prompt = new ShellPrompt(session),
            Completion = new StatementCompletion(_statements),
        };
        _editor.KeyBindings.Add(ConsoleKey.UpArrow, () => new PreviousHistoryCommand());
        _editor.KeyBindings.Add(ConsoleKey.DownArrow, () => new NextHistoryCommand());
    }

    public int Run(CancellationToken ct)
    {
        Console.WriteLine($"{_session.Database.Path}; 'help' lists the statements, Tab completes");
        while (!_session.IsEnded)
        {
            string? line = _editor.ReadLine(ct).GetAwaiter().GetResult();
            if (line is null) break;
            _statements.Run(line, ct);
        }

        return ExitCode.Done;
    }
}
