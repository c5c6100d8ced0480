using System.CommandLine;

namespace KvCow.Cli.Commands;

/// <summary>Runs what a command does, and turns its failures into exit codes.</summary>
internal static class CommandWork
{
    /// <summary>
    /// Sets what the command does. The token is cancelled by Ctrl-C; the process ends soon after,
    /// even if the work waits for input: a database file is sound at every moment.
    /// </summary>
    public static void SetWork(this Command command, Func<ParseResult, CancellationToken, int> work)
    {
        // On another thread, for the library can watch for Ctrl-C only while this one is free.
        command.SetAction((parsed, ct) =>
            Task.Run(() => Run(parsed, work, ct), CancellationToken.None));
    }

    private static int Run(
        ParseResult parsed, Func<ParseResult, CancellationToken, int> work, CancellationToken ct)
    {
        try
        {
            return work(parsed, ct);
        }
#pragma warning disable CA1031 // Every failure must end in an exit code.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Failure.Report(e);
        }
    }
}
