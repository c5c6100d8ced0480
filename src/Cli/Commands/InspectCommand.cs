using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;
using Spectre.Console;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow inspect</c>: shapes of the trees and a picture of the file.</summary>
internal static class InspectCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Option<bool> json = CommonArguments.Json();
        Command command = new("inspect", """
            Print the shape of each tree, its fill, and a map of the pages

            Examples:
              kvcow inspect shop.kvcow
              kvcow inspect shop.kvcow --json
            """)
        {
            file, json,
        };
        command.SetWork((parsed, ct) =>
            Inspect(parsed.GetRequiredValue(file), parsed.GetValue(json), ct));
        return command;
    }

    private static int Inspect(string file, bool isJson, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenToRead(file);
        long pages = database.GetStatistics().PageCount;
        DatabaseShape shape = Terminal.StandardError().ShowProgress("Reading", pages,
            show => database.Inspect(new PageProgress(show), ct));
        if (isJson) PrintJson(shape);
        else PrintTable(file, shape);
        foreach (VerifyFinding problem in shape.Problems)
            StandardStreams.Error.WriteLine($"page {problem.PageId}: {problem.Problem}");
        return shape.Problems.Count == 0 ? ExitCode.Done : ExitCode.Corrupt;
    }

    private static void PrintTable(string file, DatabaseShape shape)
    {
        Terminal terminal = Terminal.StandardOutput();
        Table table = new() { Title = new TableTitle(Markup.Escape(file)) };
        table.Border(terminal.IsTerminal ? TableBorder.Rounded : TableBorder.None);
        foreach (string column in (string[])["tree", "level", "pages", "cells", "fill"])
            table.AddColumn(column);
        for (int i = 1; i < table.Columns.Count; i++) table.Columns[i].RightAligned();
        foreach (TreeShape tree in shape.Trees)
        {
            string name = NameOf(tree);
            foreach (LevelShape level in tree.Levels)
            {
                table.AddRow(Markup.Escape(name), Show(level.Level), Show(level.Pages),
                    Show(level.Cells), level.Fill.ToString("P0", CultureInfo.InvariantCulture));
                name = "";
            }

            if (tree.OverflowPages > 0) table.AddRow("", "overflow", Show(tree.OverflowPages));
        }

        terminal.Write(table);
        PageMap.Print(terminal, shape.Pages.Span);
    }

    private static string NameOf(TreeShape tree) => (tree.Bucket, tree.IsCatalog) switch
    {
        (null, _) => "(buckets)",
        (_, true) => $"{tree.Bucket} (buckets)",
        _ => tree.Bucket,
    };

    private static string Show(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void PrintJson(DatabaseShape shape) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("commit", shape.TransactionId);
        json.WriteNumber("page_bytes", shape.PageBytes);
        json.WriteStartObject("pages");
        foreach (PageUse use in Enum.GetValues<PageUse>())
            json.WriteNumber(use.ToString().ToLowerInvariant(), shape.Pages.Span.Count(use));
        json.WriteEndObject();
        json.WriteStartArray("trees");
        foreach (TreeShape tree in shape.Trees)
        {
            json.WriteStartObject();
            json.WriteString("bucket", tree.Bucket);
            json.WriteBoolean("catalog", tree.IsCatalog);
            json.WriteNumber("entries", tree.Entries);
            json.WriteNumber("overflow_pages", tree.OverflowPages);
            json.WriteStartArray("levels");
            foreach (LevelShape level in tree.Levels)
            {
                json.WriteStartObject();
                json.WriteNumber("level", level.Level);
                json.WriteNumber("pages", level.Pages);
                json.WriteNumber("cells", level.Cells);
                json.WriteNumber("used_bytes", level.UsedBytes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });
}
