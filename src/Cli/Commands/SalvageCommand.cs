using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow salvage</c>: copies what is whole of a damaged file to a new one.</summary>
internal static class SalvageCommand
{
    public static Command Create()
    {
        Argument<string> damaged = new("DAMAGED") { Description = "The damaged file; only read" };
        Argument<string> target = new("TARGET") { Description = "The database file to make" };
        Option<bool> json = CommonArguments.Json();
        Command command = new("salvage", """
            Copy every record that is whole from a damaged file to a new one

            Prints what is missing by bucket and range of keys; exit code 3 if anything is.

            Examples:
              kvcow salvage shop.kvcow rescued.kvcow
            """)
        {
            damaged, target, json,
        };
        command.SetWork((parsed, ct) => Salvage(parsed.GetRequiredValue(damaged),
            parsed.GetRequiredValue(target), parsed.GetValue(json), ct));
        return command;
    }

    private static int Salvage(string damaged, string target, bool isJson, CancellationToken ct)
    {
        SalvageReport report = Terminal.StandardError().ShowProgress("Salvaging", 1,
            show => Database.Salvage(damaged, target, new PageShare(show), ct));
        if (isJson) PrintJson(report);
        else Print(report);
        return report.IsComplete ? ExitCode.Done : ExitCode.Corrupt;
    }

    private static void Print(SalvageReport report)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Terminal output = Terminal.StandardOutput();
        foreach (SalvageLoss loss in report.Losses)
        {
            string what = loss.IsCatalog ? "buckets" : "entries";
            output.WriteLine(string.Create(culture,
                $"lost: {loss.Entries} {what} of {Show(loss)}; page {loss.PageId}: {loss.Problem}"),
                "red");
        }

        if (report.CommitId == 0)
            output.WriteLine("no meta page is intact: what was found may be out of date", "red");
        else if (report.IsOlderCommit)
            output.WriteLine("the newest commit is lost: this is one before it", "red");
        if (report.FoundEntries > 0)
        {
            string stale = report.FoundMayBeStale ? ", some of them maybe out of date" : "";
            output.WriteLine(string.Create(culture, $"{report.FoundEntries} entries of unknown "
                + $"buckets are in '{report.FoundBucket}'{stale}"), "yellow");
        }

        output.WriteLine(string.Create(culture, $"commit {report.CommitId}: {report.Entries} "
            + $"entries in {report.Buckets} buckets brought over"), "green");
    }

    private static string Show(SalvageLoss loss)
    {
        string bucket = loss.Bucket is null ? "the top" : $"bucket '{loss.Bucket}'";
        string from = loss.From is null ? "" : $" from {Literal(loss.From)}";
        string to = loss.To is null ? "" : $" to below {Literal(loss.To)}";
        return bucket + from + to;
    }

    private static string? Hex(byte[]? key) =>
        key is null ? null : Convert.ToHexStringLower(key);

    private static string Literal(byte[] key) => $"X'{Convert.ToHexStringLower(key)}'";

    private static void PrintJson(SalvageReport report) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("complete", report.IsComplete);
        json.WriteNumber("commit", report.CommitId);
        json.WriteBoolean("older_commit", report.IsOlderCommit);
        json.WriteNumber("buckets", report.Buckets);
        json.WriteNumber("entries", report.Entries);
        json.WriteNumber("loose_entries", report.LooseEntries);
        json.WriteNumber("found_entries", report.FoundEntries);
        json.WriteString("found_bucket", report.FoundBucket);
        json.WriteBoolean("found_may_be_stale", report.FoundMayBeStale);
        json.WriteStartArray("losses");
        foreach (SalvageLoss loss in report.Losses)
        {
            json.WriteStartObject();
            json.WriteString("bucket", loss.Bucket);
            json.WriteBoolean("catalog", loss.IsCatalog);
            json.WriteString("from", Hex(loss.From));
            json.WriteString("to", Hex(loss.To));
            json.WriteNumber("entries", loss.Entries);
            json.WriteNumber("page", loss.PageId);
            json.WriteString("problem", loss.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Most files are looked through once or twice.</summary>
    private sealed class PageShare(Action<double> show) : IProgress<SalvageProgress>
    {
        public void Report(SalvageProgress value) => show(
            value.PagesTotal == 0 ? 1 : Math.Min(1, (double)value.PagesDone / value.PagesTotal));
    }
}
