using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;
using Spectre.Console;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow stats</c>: prints figures of a file.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Option<bool> json = CommonArguments.Json();
        Command command = new("stats", """
            Print figures of the file

            Examples:
              kvcow stats shop.kvcow
              kvcow stats shop.kvcow --json
            """) { file, json };
        command.SetWork((parsed, ct) =>
            Print(parsed.GetRequiredValue(file), parsed.GetValue(json), ct));
        return command;
    }

    private static int Print(string file, bool isJson, CancellationToken ct)
    {
        List<(string Name, long Figure)> figures;
        using (Database database = DatabaseFile.OpenToRead(file))
        {
            figures = Gather(database, file, ct);
        }

        if (isJson) PrintJson(figures);
        else if (StandardStreams.IsOutputRedirected) PrintLines(figures);
        else PrintTable(file, figures);
        return ExitCode.Done;
    }

    private static List<(string Name, long Figure)> Gather(
        Database database, string file, CancellationToken ct)
    {
        using ReadTransaction tx = database.BeginRead();
        List<BucketLine> buckets = BucketTree.Read(database, tx, ct);
        DatabaseStatistics statistics = database.GetStatistics();
        return
        [
            ("file_bytes", new FileInfo(file).Length),
            ("page_bytes", statistics.PageBytes),
            ("key_bytes_max", database.KeyBytesMax),
            ("newest_commit", (long)statistics.TransactionId),
            ("buckets", buckets.Count),
            ("entries", buckets.Sum(bucket => bucket.Count)),
            ("pages", statistics.PageCount),
            ("leaf_pages", statistics.LeafPages),
            ("branch_pages", statistics.BranchPages),
            ("overflow_pages", statistics.OverflowPages),
            ("free_list_pages", statistics.FreeListPages),
            ("free_pages", statistics.FreePages),
            ("pending_pages", statistics.PendingPages),
            ("live_bytes", statistics.LiveBytes),
            ("free_bytes", statistics.FreeBytes),
            ("pending_bytes", statistics.PendingBytes),
            ("dead_bytes", statistics.DeadBytes),
        ];
    }

    private static void PrintJson(List<(string Name, long Figure)> figures) =>
        JsonOutput.Write(json =>
        {
            json.WriteStartObject();
            foreach ((string name, long figure) in figures) json.WriteNumber(name, figure);
            json.WriteEndObject();
        });

    private static void PrintLines(List<(string Name, long Figure)> figures)
    {
        using OutputStream output = OutputStream.Standard();
        foreach ((string name, long figure) in figures)
        {
            output.WriteText(string.Create(
                CultureInfo.InvariantCulture, $"{Title(name),-16}{figure,16}\n"));
        }
    }

    private static void PrintTable(string file, List<(string Name, long Figure)> figures)
    {
        Table table = new() { Title = new TableTitle(Markup.Escape(file)) };
        table.Border(TableBorder.Rounded).HideHeaders();
        table.AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach ((string name, long figure) in figures)
            table.AddRow(Title(name), figure.ToString("N0", CultureInfo.InvariantCulture));
        Terminal.StandardOutput().Write(table);
    }

    private static string Title(string name) => name.Replace('_', ' ');
}
