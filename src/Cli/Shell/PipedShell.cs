using KvCow.Cli.Output;

namespace KvCow.Cli.Shell;

/// <summary>Runs the statements of a script; the first that fails ends it.</summary>
internal sealed class PipedShell(ShellSession session)
{
    private readonly StatementTree _statements = new(session);

    public int Run(TextReader script, CancellationToken ct)
    {
        for (int number = 1; !session.IsEnded && script.ReadLine() is { } line; number++)
        {
            ct.ThrowIfCancellationRequested();
            int code = _statements.Run(line, ct);
            if (code == ExitCode.Done) continue;
            StandardStreams.Error.WriteLine(
                $"kvcow: line {number} failed; nothing after it was done");
            return code;
        }

        if (!session.IsInTransaction) return ExitCode.Done;
        StandardStreams.Error.WriteLine(
            "kvcow: the transaction was not committed and is rolled back");
        return ExitCode.Usage;
    }
}
