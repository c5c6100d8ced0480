using System.CommandLine;
using System.CommandLine.Invocation;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary>All commands of the program, and the way from arguments to an exit code.</summary>
internal static class CommandTree
{
    public static async Task<int> RunAsync(string[] args)
    {
        // Keys and values may begin with @ or -, which must not mean a file or a bundle of options.
        ParserConfiguration parsing = new()
        {
            EnablePosixBundling = false,
            ResponseFileTokenReplacer = null,
        };
        ParseResult parsed = Create().Parse(args, parsing);
        if (parsed.Action is ParseErrorAction refusal)
        {
            // The whole help would push the error off the screen of someone who mistyped a word.
            refusal.ShowHelp = args.Length == 0;
            return Refuse(parsed);
        }

        InvocationConfiguration running = new()
        {
            EnableDefaultExceptionHandler = false,
            Output = StandardStreams.Out,
            Error = StandardStreams.Error,
        };
        return await parsed.InvokeAsync(running).ConfigureAwait(false);
    }

    /// <summary>The commands anew, with their help.</summary>
    public static RootCommand Create()
    {
        RootCommand root = new(
            "An embedded, ordered key-value store: one file, named buckets, snapshots.")
        {
            PutCommand.Create(),
            GetCommand.Create(),
            DeleteCommand.Create(),
            ListCommand.Create(),
            CountCommand.Create(),
            RankCommand.Create(),
            BucketsCommand.Create(),
            BucketCommand.Create(),
            StatsCommand.Create(),
            VerifyCommand.Create(),
            CompactCommand.Create(),
            InspectCommand.Create(),
            PageCommand.Create(),
            ImportCommand.Create(),
            ShellCommand.Create(),
            ExportCommand.Create(),
            DumpCommand.Create(),
            LoadCommand.Create(),
            BackupCommand.Create(),
            RestoreCommand.Create(),
            SalvageCommand.Create(),
            CompletionCommand.Create(),
            BenchCommand.Create(),
            DemoCommand.Create(),
            DemoChildCommand.Create(),
        };
        foreach (Command command in NeighbourCommands.Create()) root.Subcommands.Add(command);
        CommandHelp.AddTo(root);
        return root;
    }

    private static int Refuse(ParseResult parsed)
    {
        // Standard output is for results: a pipe must not take the usage text for one.
        parsed.Invoke(new InvocationConfiguration
        {
            Output = StandardStreams.Error,
            Error = StandardStreams.Error,
        });
        return ExitCode.Usage;
    }
}
