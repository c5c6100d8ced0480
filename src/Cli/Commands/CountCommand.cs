using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow count</c>: how many entries a bucket, or a range of it, has.</summary>
internal static class CountCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Option<bool> json = CommonArguments.Json();
        KeyBoundOptions range = new();
        Command command = new("count", """
            Print the number of entries, without reading them

            Examples:
              kvcow count shop.kvcow --bucket orders
              kvcow count shop.kvcow --from 2026-01 --to 2026-02
            """)
        {
            file, bucket, range.Prefix, range.From, range.To, json,
        };
        command.Aliases.Add("len");
        command.SetWork((parsed, _) =>
        {
            KeyBounds bounds = range.Of(parsed);
            using Database database = DatabaseFile.OpenToRead(parsed.GetRequiredValue(file));
            using ReadTransaction tx = database.BeginRead();
            long count = bounds.CountIn(parsed.BucketPathOf(bucket).OpenIn(tx));
            if (parsed.GetValue(json)) JsonOutput.Write(("count", count));
            else StandardStreams.Out.WriteNumber(count);
            return ExitCode.Done;
        });
        return command;
    }
}
