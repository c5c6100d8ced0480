using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Export;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow export</c>: writes entries in a form that <c>import</c> reads.</summary>
internal static class ExportCommand
{
    private const string Whole = "kvcow";

    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<string> output = new("OUTPUT")
        {
            Description = "The file to make; - is standard output",
        };
        Option<string> format = new("--format", "-f")
        {
            Description = "kvcow: all buckets, with checksums. tsv, jsonl: the lines of one "
                + "bucket [default: kvcow]",
        };
        format.AcceptOnlyFromAmong(Whole, "tsv", "jsonl");
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Option<bool> overwrite = CommonArguments.Overwrite();
        Option<bool> json = CommonArguments.Json();
        Command command = new("export", """
            Write entries in a portable form that import reads

            Examples:
              kvcow export shop.kvcow shop.export
              kvcow export shop.kvcow - --format jsonl --bucket orders
            """)
        {
            file, output, format, bucket, overwrite, json,
        };
        command.Validators.Add(parsed =>
        {
            bool isWhole = parsed.GetValue(format) is null or Whole;
            if (isWhole && parsed.GetResult(bucket) is not null)
                parsed.AddError("The format kvcow takes all buckets; --bucket is for others.");
            if (parsed.GetValue(json) && parsed.GetValue(output) == "-")
                parsed.AddError("Standard output takes either the export or the JSON.");
        });
        command.SetWork((parsed, ct) =>
        {
            using Database database = DatabaseFile.OpenToRead(parsed.GetRequiredValue(file));
            using ReadTransaction tx = database.BeginRead();
            string chosen = parsed.GetValue(format) ?? Whole;
            BucketPath path = parsed.BucketPathOf(bucket);
            Bucket? lines = chosen == Whole ? null : path.OpenIn(tx);
            using OutputFile target =
                OutputFile.Create(parsed.GetRequiredValue(output), parsed.GetValue(overwrite));
            ExportTotals totals = Write(database, tx, lines, chosen, target.Stream, ct);
            target.Complete();
            Print(totals, parsed.GetValue(json));
            return ExitCode.Done;
        });
        return command;
    }

    private static ExportTotals Write(
        Database database, ReadTransaction tx, Bucket? lines, string format, Stream target,
        CancellationToken ct)
    {
        long total = lines?.Count ?? BucketTree.Read(database, tx, ct).Sum(line => line.Count);
        return Terminal.StandardError().ShowProgress("Exporting", total, show =>
        {
            if (lines is null) return tx.ExportTo(target, new EntryProgress(show), ct);
            OutputStream output = new(target);
            if (format == "jsonl") JsonLines.Write(lines, output, show, ct);
            else Print(lines, output, show, ct);
            output.Flush();
            return new ExportTotals(1, lines.Count);
        });
    }

    private static void Print(ExportTotals totals, bool isJson)
    {
        if (isJson) JsonOutput.Write(("entries", totals.Entries), ("buckets", totals.Buckets));
        else StandardStreams.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{totals.Entries} entries of {totals.Buckets} buckets exported"));
    }

    private static void Print(
        Bucket lines, OutputStream output, Action<double> show, CancellationToken ct) =>
        new EntryPrinting { Format = EntryFormat.Escaped, Report = show }
            .Print(lines.From(default), output, ct);
}
