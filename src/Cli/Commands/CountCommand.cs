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
        Option<ByteLiteral> prefix =
            CommonArguments.Bound("--prefix", "Only keys that begin with this");
        Option<ByteLiteral> from = CommonArguments.Bound("--from", "Only keys from this one on");
        Option<ByteLiteral> to = CommonArguments.Bound("--to", "Only keys below this one");
        Command command = new("count", """
            Print the number of entries, without reading them

            Examples:
              kvcow count shop.kvcow --bucket orders
              kvcow count shop.kvcow --from 2026-01 --to 2026-02
            """)
        {
            file, bucket, prefix, from, to,
        };
        command.Aliases.Add("len");
        command.SetWork((parsed, _) =>
        {
            KeyBounds bounds =
                new(parsed.GetValue(prefix), parsed.GetValue(from), parsed.GetValue(to));
            using Database database = DatabaseFile.OpenToRead(parsed.GetRequiredValue(file));
            using ReadTransaction tx = database.BeginRead();
            Console.Out.WriteNumber(bounds.CountIn(parsed.BucketPathOf(bucket).OpenIn(tx)));
            return ExitCode.Done;
        });
        return command;
    }
}
