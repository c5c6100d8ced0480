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
        Command command = new("export", """
            Write entries in a portable form that import reads

            Examples:
              kvcow export shop.kvcow shop.export
              kvcow export shop.kvcow - --format jsonl --bucket orders
            """)
        {
            file, output, format, bucket, overwrite,
        };
        command.Validators.Add(parsed =>
        {
            bool isWhole = parsed.GetValue(format) is null or Whole;
            if (isWhole && parsed.GetResult(bucket) is not null)
                parsed.AddError("The format kvcow takes all buckets; --bucket is for others.");
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
            Write(tx, lines, chosen, target.Stream, ct);
            target.Complete();
            return ExitCode.Done;
        });
        return command;
    }

    private static void Write(
        ReadTransaction tx, Bucket? lines, string format, Stream target, CancellationToken ct)
    {
        ExportTotals totals = Terminal.StandardError().ShowProgress("Exporting", lines?.Count,
            show =>
            {
                if (lines is null) return tx.ExportTo(target, null, ct);
                OutputStream output = new(target);
                if (format == "jsonl") JsonLines.Write(lines, output, ct);
                else Print(lines, output, ct);
                output.Flush();
                show(lines.Count);
                return new ExportTotals(1, lines.Count);
            });
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{totals.Entries} entries of {totals.Buckets} buckets exported"));
    }

    private static void Print(Bucket lines, OutputStream output, CancellationToken ct) =>
        new EntryPrinting { Format = EntryFormat.Escaped }.Print(lines.From(default), output, ct);
}
