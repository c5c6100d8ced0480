using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow list</c>: prints entries in the order of their keys.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Option<BucketPath> bucket = CommonArguments.Bucket();
        KeyBoundOptions range = new();
        Option<bool> reverse = new("--reverse") { Description = "From the greatest key down" };
        Option<long?> limit =
            CommonArguments.Number("--limit", "At most so many entries", 0, long.MaxValue);
        Option<bool> keysOnly = CommonArguments.KeysOnly();
        Option<EntryFormat> format = CommonArguments.Format();
        Option<bool> json = CommonArguments.JsonEntries();
        Option<bool> escape = new("--escape")
        {
            Description = @"The same as --output escaped: \t \n \\ \xHH for special bytes; "
                + "'import --format tsv' reads it",
        };
        Command command = new("list", """
            Print KEY<TAB>VALUE lines in key order

            Examples:
              kvcow list shop.kvcow --prefix 2026-11- --limit 10
              kvcow list shop.kvcow --bucket stock/fruit --reverse --keys-only
            """)
        {
            file, bucket, range.Prefix, range.From, range.To, reverse, limit, keysOnly, format,
            json, escape,
        };
        command.Aliases.Add("scan");
        command.SetWork((parsed, ct) => List(
            parsed.GetRequiredValue(file),
            parsed.BucketPathOf(bucket),
            range.Of(parsed),
            new EntryPrinting
            {
                IsReversed = parsed.GetValue(reverse),
                EntriesMax = parsed.GetValue(limit) ?? long.MaxValue,
                IsKeysOnly = parsed.GetValue(keysOnly),
                Format = parsed.GetValue(json) ? EntryFormat.Json
                    : parsed.GetValue(escape) ? EntryFormat.Escaped
                    : parsed.GetValue(format),
            },
            ct));
        return command;
    }

    private static int List(string file, BucketPath path, KeyBounds bounds,
        EntryPrinting printing, CancellationToken ct)
    {
        using Database database = DatabaseFile.OpenToRead(file);
        using ReadTransaction tx = database.BeginRead();
        using OutputStream output = OutputStream.Standard();
        printing.Print(bounds.In(path.OpenIn(tx)), output, ct);
        output.Flush();
        return ExitCode.Done;
    }
}
