using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;
using Spectre.Console;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow buckets</c>: lists the buckets and how many entries each has.</summary>
internal static class BucketsCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Option<bool> json = CommonArguments.Json();
        Command command = new("buckets", """
            List the buckets: a tree on a terminal, PATH<TAB>COUNT lines elsewhere

            Examples:
              kvcow buckets shop.kvcow
              kvcow buckets shop.kvcow --json
            """)
        {
            file, json,
        };
        command.SetWork((parsed, ct) =>
            List(parsed.GetRequiredValue(file), parsed.GetValue(json), ct));
        return command;
    }

    private static int List(string file, bool isJson, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenToRead(file);
        using ReadTransaction tx = database.BeginRead();
        List<BucketLine> lines = BucketTree.Read(database, tx, ct);
        if (isJson) PrintJson(lines);
        else if (StandardStreams.IsOutputRedirected) PrintLines(lines);
        else PrintTree(file, lines);
        return ExitCode.Done;
    }

    private static void PrintJson(List<BucketLine> lines) => JsonOutput.Write(json =>
    {
        json.WriteStartArray();
        foreach (BucketLine line in lines)
        {
            json.WriteStartObject();
            json.WriteString("path", line.Path);
            json.WriteNumber("entries", line.Count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static void PrintLines(List<BucketLine> lines)
    {
        using OutputStream output = OutputStream.Standard();
        foreach (BucketLine line in lines)
        {
            output.WriteText(line.Path);
            output.WriteText(string.Create(CultureInfo.InvariantCulture, $"\t{line.Count}\n"));
        }
    }

    private static void PrintTree(string file, List<BucketLine> lines)
    {
        Tree tree = new(new Markup($"[bold]{Markup.Escape(file)}[/]"));

        // above[d] is the tree or bucket under which buckets of depth d hang.
        List<IHasTreeNodes> above = [tree];
        foreach (BucketLine line in lines)
        {
            above.RemoveRange(line.Depth + 1, above.Count - line.Depth - 1);
            string text = $"{Markup.Escape(line.Name)}  [grey]{line.Count:N0}[/]";
            above.Add(above[line.Depth].AddNode(new Markup(text)));
        }

        Terminal.StandardOutput().Write(tree);
    }
}
