using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Import;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow import</c>: puts the lines of a file or of standard input.</summary>
internal static class ImportCommand
{
    private const string Whole = "kvcow";

    private static readonly Dictionary<string, ILineFormat> Formats = new()
    {
        ["lines"] = new PlainLineFormat(),
        ["tsv"] = new TabLineFormat(),
        ["jsonl"] = new JsonLineFormat(),
    };

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
                + "kvcow: what 'export' makes, with its buckets",
            Required = true,
        };
        format.AcceptOnlyFromAmong([.. Formats.Keys, Whole]);
        Option<bool> skipBad = new("--skip-bad")
        {
            Description = "Report and count bad lines instead of stopping at the first",
        };
        Command command = new("import", """
            Put the lines of a file, committing in batches

            Examples:
              kvcow import shop.kvcow orders.jsonl --format jsonl --bucket orders
              seq 100 | kvcow import shop.kvcow - --format lines --bucket numbers
            """)
        {
            file, input, bucket, format, skipBad,
        };
        command.Validators.Add(parsed =>
        {
            bool isForLines = parsed.GetResult(bucket) is not null || parsed.GetValue(skipBad);
            if (parsed.GetValue(format) == Whole && isForLines)
                parsed.AddError("--bucket and --skip-bad are for lines; kvcow names its buckets.");
        });
        command.SetWork((parsed, ct) =>
        {
            string name = parsed.GetRequiredValue(input);
            using Stream source = InputFile.Open(name);
            using Database database = DatabaseFile.OpenOrCreate(parsed.GetRequiredValue(file));
            if (parsed.GetRequiredValue(format) == Whole) return ImportWhole(database, source, ct);
            EntryImport import = new(database, parsed.BucketPathOf(bucket),
                Formats[parsed.GetRequiredValue(format)])
            {
                SkipsBadLines = parsed.GetValue(skipBad),
            };
            return Import(import, source, ct);
        });
        return command;
    }

    private static int ImportWhole(Database database, Stream source, CancellationToken ct)
    {
        ExportTotals totals = Terminal.StandardError().ShowProgress("Importing", null,
            _ => database.ImportFrom(source, ct: ct));
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{totals.Entries} entries of {totals.Buckets} buckets imported"));
        return ExitCode.Done;
    }

    private static int Import(EntryImport import, Stream source, CancellationToken ct)
    {
        double? total = source.CanSeek ? source.Length : null;
        Terminal.StandardError().ShowProgress("Importing", total, report =>
        {
            import.Run(source, report, ct);
            return true;
        });
        string skipped = import.BadLines == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", {import.BadLines} bad lines skipped");
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{import.EntriesDone} entries imported{skipped}"));
        return ExitCode.Done;
    }
}
