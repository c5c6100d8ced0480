using System.CommandLine;
using System.Globalization;
using KvCow.Cli.Arguments;
using KvCow.Cli.Dump;
using KvCow.Cli.Import;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow load</c>: puts what <c>dump</c>, or another store's tool, wrote.</summary>
internal static class LoadCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<string> input = new("INPUT")
        {
            Description = "The dump to read; - is standard input",
        };
        Option<BucketPath> bucket = new("--bucket", "-b")
        {
            Description = "Where the dump's one database goes [default: the name it has there]",
            HelpName = "PATH",
            CustomParser = BucketPath.Parse,
        };
        Option<bool> skipBad = new("--skip-bad")
        {
            Description = "Report and count bad lines instead of stopping at the first",
        };
        Option<long?> pageBytes = CommonArguments.PageBytes();
        Option<bool> json = CommonArguments.Json();
        Command command = new("load", """
            Put the entries of a dump as mdb_dump and db_dump write it

            Examples:
              kvcow load shop.kvcow shop.dump
              mdb_dump -a lmdb-folder | kvcow load shop.kvcow -
            """)
        {
            file, input, bucket, skipBad, pageBytes, json,
        };
        command.SetWork((parsed, ct) =>
        {
            using Stream source = InputFile.Open(parsed.GetRequiredValue(input));
            return DatabaseFile.Fill(parsed.GetRequiredValue(file), parsed.GetValue(pageBytes),
                database => Load(
                    new DumpLoad(database, parsed.GetValue(bucket), parsed.GetValue(skipBad)),
                    source, parsed.GetValue(json), ct));
        });
        return command;
    }

    private static int Load(DumpLoad load, Stream source, bool isJson, CancellationToken ct)
    {
        double? total = source.CanSeek ? source.Length : null;
        Terminal.StandardError().ShowProgress("Loading", total, report =>
        {
            load.Run(source, report, ct);
            return true;
        });
        if (isJson)
        {
            JsonOutput.Write(("entries", load.EntriesDone), ("bad_lines", load.BadLines));
            return ExitCode.Done;
        }

        string skipped = load.BadLines == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", {load.BadLines} bad lines skipped");
        StandardStreams.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{load.EntriesDone} entries loaded{skipped}"));
        return ExitCode.Done;
    }
}
