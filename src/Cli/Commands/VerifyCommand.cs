using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow verify</c>: reads every page and prints each broken rule.</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Option<bool> json = CommonArguments.Json();
        Command command = new("verify", """
            Check every page; exit code 3 if one is damaged

            Examples:
              kvcow verify shop.kvcow
            """)
        {
            file, json,
        };
        command.SetWork((parsed, ct) =>
            Verify(parsed.GetRequiredValue(file), parsed.GetValue(json), ct));
        return command;
    }

    private static int Verify(string file, bool isJson, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenToRead(file);
        long pages = database.GetStatistics().PageCount;
        VerifyReport report = Terminal.StandardError().ShowProgress("Verifying", pages,
            show => database.Verify(new PageProgress(show), ct));
        if (isJson) PrintJson(report);
        else Print(report);
        return report.IsSound ? ExitCode.Done : ExitCode.Corrupt;
    }

    private static void PrintJson(VerifyReport report) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("sound", report.IsSound);
        json.WriteNumber("pages", report.PagesVerified);
        json.WriteNumber("entries", report.Entries);
        json.WriteNumber("depth", report.Depth);
        json.WriteStartArray("findings");
        foreach (VerifyFinding finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteNumber("page", finding.PageId);
            json.WriteString("bucket", finding.Bucket);
            json.WriteString("problem", finding.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Print(VerifyReport report)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        Terminal output = Terminal.StandardOutput();
        foreach (VerifyFinding finding in report.Findings)
        {
            string place = finding.Bucket is null ? "" : $", bucket '{finding.Bucket}'";
            output.WriteLine(
                string.Create(culture, $"page {finding.PageId}{place}: {finding.Problem}"), "red");
        }

        string verdict = report.Findings.Count switch
        {
            0 => "sound",
            1 => "NOT SOUND, 1 finding",
            int count => string.Create(culture, $"NOT SOUND, {count:N0} findings"),
        };
        output.WriteLine(string.Create(culture,
            $"{verdict}: {report.PagesVerified:N0} pages, {report.Entries:N0} entries, "
            + $"depth {report.Depth}"), report.IsSound ? "green" : "red");
    }
}
