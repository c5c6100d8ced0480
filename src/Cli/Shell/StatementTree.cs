using System.CommandLine;
using System.CommandLine.Invocation;
using KvCow.Cli.Arguments;
using KvCow.Cli.Commands;
using KvCow.Cli.Output;

namespace KvCow.Cli.Shell;

/// <summary>The statements of the shell, and the way from a line to what it does.</summary>
internal sealed class StatementTree
{
    private static readonly ParserConfiguration Parsing = new()
    {
        EnablePosixBundling = false,
        ResponseFileTokenReplacer = null,
    };

    private readonly Dictionary<Command, Func<ParseResult, CancellationToken, int>> _works = [];
    private readonly ShellSession _session;
    private readonly Command _root = new("shell", "Statements of the shell");

    public StatementTree(ShellSession session)
    {
        _session = session;
        SessionStatements.AddTo(this);
        EntryStatements.AddTo(this);
    }

    public ShellSession Session => _session;

    public IEnumerable<Command> Statements => _root.Subcommands;

    /// <summary>Adds a statement; its work returns an exit code.</summary>
    public void Add(Command statement, Func<ParseResult, CancellationToken, int> work)
    {
        statement.SetAction(_ => 0);
        _root.Subcommands.Add(statement);
        _works.Add(statement, work);
    }

    /// <summary>Tells programs what a statement did; people see no error.</summary>
    public int Tell(params (string Name, object Value)[] properties)
    {
        if (_session.IsJson) JsonOutput.WriteLine(properties);
        return ExitCode.Done;
    }

    /// <summary>Runs one statement; prints what went wrong and returns its exit code.</summary>
    public int Run(string line, CancellationToken ct)
    {
        try
        {
            List<string> words = StatementWords.Split(line);
            if (words.Count == 0 || words[0].StartsWith('#')) return ExitCode.Done;
            if (!IsKnown(words[0]))
                throw new UsageException($"There is no statement '{words[0]}'; 'help' lists them.");
            ParseResult parsed = _root.Parse(words, Parsing);
            if (parsed.Errors.Count > 0) throw new UsageException(parsed.Errors[0].Message);
            return _works[parsed.CommandResult.Command](parsed, ct);
        }
        catch (OperationCanceledException)
        {
            throw;
        }
#pragma warning disable CA1031 // A statement that fails must not end the shell.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Failure.Report(e);
        }
    }
    private bool IsKnown(string word) => _root.Subcommands.Any(
        statement => statement.Name == word || statement.Aliases.Contains(word));
}
