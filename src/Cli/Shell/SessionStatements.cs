using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Shell;

/// <summary>Statements about transactions, buckets and the shell itself.</summary>
internal static class SessionStatements
{
    public static void AddTo(StatementTree tree)
    {
        ShellSession session = tree.Session;
        tree.Add(new Command("begin", "Begin a transaction of several statements"),
            (_, ct) => Do(() => session.Begin(ct), tree, ("begun", true)));
        tree.Add(new Command("commit", "Make the transaction durable"),
            (_, _) => Do(session.Commit, tree, ("committed", true)));
        tree.Add(new Command("rollback", "Forget the transaction"),
            (_, _) => Do(session.Rollback, tree, ("rolled_back", true)));
        AddUse(tree);
        AddBuckets(tree);
        Command exit = new("exit", "End the shell; a transaction left open is rolled back");
        exit.Aliases.Add("quit");
        tree.Add(exit, (_, _) => Do(() => session.IsEnded = true));
        Command help = new("help", "List the statements");
        tree.Add(help, (_, _) => Do(() => PrintHelp(tree)));
    }

    private static void AddUse(StatementTree tree)
    {
        Argument<BucketPath> path = CommonArguments.Path("PATH", "The bucket, as a/b");
        tree.Add(
            new Command("use", "Work in this bucket; put creates it if it is missing") { path },
            (parsed, _) =>
            {
                tree.Session.Bucket = parsed.GetRequiredValue(path);
                return tree.Tell(("bucket", tree.Session.Bucket.ToString()));
            });
    }

    private static void AddBuckets(StatementTree tree)
    {
        ShellSession session = tree.Session;
        tree.Add(new Command("buckets", "List the buckets and their entries"), (_, ct) => Do(() =>
        {
            Print(tree, session.ListBuckets(ct));
        }));

        Argument<BucketPath> created = CommonArguments.Path("PATH", "The new bucket, as a/b");
        tree.Add(new Command("create", "Create a bucket") { created },
            (parsed, _) => session.Write(tx =>
            {
                parsed.GetRequiredValue(created).CreateIn(tx);
                return tree.Tell(("created", true),
                    ("bucket", parsed.GetRequiredValue(created).ToString()));
            }));

        Argument<BucketPath> dropped = CommonArguments.Path("PATH", "The bucket, as a/b");
        tree.Add(new Command("drop", "Delete a bucket with all that is in it") { dropped },
            (parsed, _) => session.Write(tx =>
            {
                parsed.GetRequiredValue(dropped).DeleteIn(tx);
                return tree.Tell(("deleted", true),
                    ("bucket", parsed.GetRequiredValue(dropped).ToString()));
            }));
    }

    private static void PrintHelp(StatementTree tree)
    {
        using OutputStream output = OutputStream.Standard();
        foreach (Command statement in tree.Statements)
        {
            string words = string.Join(' ',
                statement.Arguments.Select(argument => argument.Name).Prepend(statement.Name));
            output.WriteText($"{words,-20} {statement.Description}\n");
        }

        output.WriteText("Keys and values are text, 'quoted text' or bytes as X'00cafe'.\n");
    }

    private static void Print(StatementTree tree, IEnumerable<BucketLine> lines)
    {
        if (tree.Session.IsJson)
        {
            foreach (BucketLine line in lines)
                tree.Tell(("path", line.Path), ("entries", line.Count));
            return;
        }

        using OutputStream output = OutputStream.Standard();
        foreach (BucketLine line in lines) output.WriteText($"{line.Path}\t{line.Count}\n");
    }

    private static int Do(Action work)
    {
        work();
        return ExitCode.Done;
    }

    private static int Do(Action work, StatementTree tree, (string Name, object Value) told)
    {
        work();
        return tree.Tell(told);
    }
}
