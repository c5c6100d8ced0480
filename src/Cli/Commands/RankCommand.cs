using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow rank</c>: how many keys lie below a key.</summary>
internal static class RankCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<ByteLiteral> key = CommonArguments.Key();
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Option<bool> json = CommonArguments.Json();
        Command command = new("rank", """
            Print how many keys lie below KEY, whether it exists or not

            Examples:
              kvcow rank shop.kvcow 2026-11-21 --bucket orders
            """)
        {
            file, key, bucket, json,
        };
        command.SetWork((parsed, _) =>
        {
            using Database database = DatabaseFile.OpenToRead(parsed.GetRequiredValue(file));
            using ReadTransaction tx = database.BeginRead();
            Bucket opened = parsed.BucketPathOf(bucket).OpenIn(tx);
            long rank = opened.Rank(parsed.GetRequiredValue(key).Bytes);
            if (parsed.GetValue(json)) JsonOutput.Write(("rank", rank));
            else StandardStreams.Out.WriteNumber(rank);
            return ExitCode.Done;
        });
        return command;
    }
}
