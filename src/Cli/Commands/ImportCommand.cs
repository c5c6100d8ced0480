using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Import;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow import</c>: puts the lines of a file or of standard input.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<string> input = new("INPUT")
        {
            Description = "The file to read; - is standard input",
        };
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Option<string> format = new("--format", "-f")
        {
            Description = "lines: each line is a key. tsv: KEY<TAB>VALUE as 'list --escape' "
                + "prints. jsonl: {\"key\": ..., \"value\": ...}, or key_hex, value_hex. "
                + "kvcow: what 'export' makes, with its buckets "
                + "[default: what the first line looks like]",
        };
        format.AcceptOnlyFromAmong([.. ImportFormats.ByLine.Keys, ImportFormats.Whole]);
        Option<bool> skipBad = new("--skip-bad")
        {
            Description = "Report and count bad lines instead of stopping at the first",
        };
        Option<long?> pageBytes = CommonArguments.PageBytes();
        Option<bool> json = CommonArguments.Json();
        Command command = new("import", """
            Put the lines of a file, committing in batches

            Examples:
              kvcow import shop.kvcow orders.jsonl --bucket orders
              seq 100 | kvcow import shop.kvcow - --format lines --bucket numbers
            """)
        {
            file, input, bucket, format, skipBad, pageBytes, json,
        };
        command.SetWork((parsed, ct) =>
        {
            using InputHead? head = parsed.GetValue(format) is null
                ? new InputHead(InputFile.Open(parsed.GetRequiredValue(input)))
                : null;
            string chosen = parsed.GetValue(format) ?? ImportFormats.Detect(head!.Head);
            bool isForLines = parsed.GetResult(bucket) is not null || parsed.GetValue(skipBad);
            if (chosen == ImportFormats.Whole && isForLines)
            {
                throw new UsageException(
                    "--bucket and --skip-bad are for lines; the format kvcow names its buckets.");
            }

            // A pipe was begun, and goes on behind its head; a file is read from its beginning.
            string name = parsed.GetRequiredValue(input);
            using Stream source = head is not null && name == "-" ? head : InputFile.Open(name);
            bool isJson = parsed.GetValue(json);
            return DatabaseFile.Fill(
                parsed.GetRequiredValue(file), parsed.GetValue(pageBytes), database =>
            {
                if (chosen == ImportFormats.Whole) return ImportWhole(database, source, isJson, ct);
                EntryImport import = new(
                    database, parsed.BucketPathOf(bucket), ImportFormats.ByLine[chosen])
                {
                    SkipsBadLines = parsed.GetValue(skipBad),
                };
                return Import(import, source, chosen, isJson, ct);
            });
        });
        return command;
    }

    private static int ImportWhole(
        Database database, Stream source, bool isJson, CancellationToken ct)
    {
        double? total = source.CanSeek ? source.Length : null;
        ExportTotals totals = Terminal.StandardError().ShowProgress("Importing", total,
            show => database.ImportFrom(source, null, new StreamProgress(source, show), ct));
        if (isJson)
        {
            JsonOutput.Write(("format", ImportFormats.Whole), ("entries", totals.Entries),
                ("buckets", totals.Buckets));
            return ExitCode.Done;
        }

        StandardStreams.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{totals.Entries} entries of {totals.Buckets} buckets imported"));
        return ExitCode.Done;
    }

    private static int Import(EntryImport import, Stream source, string format, bool isJson,
        CancellationToken ct)
    {
        double? total = source.CanSeek ? source.Length : null;
        Terminal.StandardError().ShowProgress("Importing", total, report =>
        {
            import.Run(source, report, ct);
            return true;
        });
        if (isJson)
        {
            JsonOutput.Write(("format", format), ("entries", import.EntriesDone),
                ("bad_lines", import.BadLines));
            return ExitCode.Done;
        }

        string skipped = import.BadLines == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", {import.BadLines} bad lines skipped");
        StandardStreams.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{import.EntriesDone} entries imported as {format}{skipped}"));
        return ExitCode.Done;
    }
}
