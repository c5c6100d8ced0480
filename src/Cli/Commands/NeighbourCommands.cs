using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary>
/// The commands that print one entry by its place: <c>min max above below floor ceiling at</c>.
/// </summary>
internal static class NeighbourCommands
{
    private delegate Entry? Find(Bucket bucket, ReadOnlySpan<byte> key);

    public static IEnumerable<Command> Create() =>
    [
        ByPlace("min", "Print the entry with the least key", bucket => bucket.Min()),
        ByPlace("max", "Print the entry with the greatest key", bucket => bucket.Max()),
        ByKey("above", "Print the entry with the least key above KEY",
            (bucket, key) => bucket.Above(key)),
        ByKey("below", "Print the entry with the greatest key below KEY",
            (bucket, key) => bucket.Below(key)),
        ByKey("floor", "Print the entry of KEY, or else the one below",
            (bucket, key) => bucket.Floor(key)),
        ByKey("ceiling", "Print the entry of KEY, or else the one above",
            (bucket, key) => bucket.Ceiling(key)),
        ByIndex(),
    ];

    private static Command ByPlace(string name, string description, Func<Bucket, Entry?> find)
    {
        Command command = new(name, description);
        return Complete(command, (_, bucket) => find(bucket));
    }

    private static Command ByKey(string name, string description, Find find)
    {
        Argument<ByteLiteral> key = CommonArguments.Key();
        Command command = new(name, description) { key };
        return Complete(command,
            (parsed, bucket) => find(bucket, parsed.GetRequiredValue(key).Bytes));
    }

    private static Command ByIndex()
    {
        Argument<long> index = new("INDEX") { Description = "Place in key order, from 0" };
        Command command = new("at", "Print the entry at a place in key order") { index };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(index) < 0) parsed.AddError("INDEX counts from 0.");
        });
        return Complete(command, (parsed, bucket) =>
        {
            long place = parsed.GetValue(index);
            return place < bucket.Count ? bucket.ElementAt(place) : null;
        });
    }

    private static Command Complete(Command command, Func<ParseResult, Bucket, Entry?> find)
    {
        Argument<string> file = CommonArguments.File();
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Option<EntryFormat> format = CommonArguments.Format();
        Option<bool> keysOnly = CommonArguments.KeysOnly();
        command.Arguments.Insert(0, file);
        command.Options.Add(bucket);
        command.Options.Add(format);
        command.Options.Add(keysOnly);
        command.SetWork((parsed, _) =>
        {
            using Database database = DatabaseFile.OpenToRead(parsed.GetRequiredValue(file));
            using ReadTransaction tx = database.BeginRead();
            if (find(parsed, parsed.BucketPathOf(bucket).OpenIn(tx)) is not { } entry)
                return Failure.KeyNotFound();
            using OutputStream output = OutputStream.Standard();
            new EntryWriter(output, parsed.GetValue(format), parsed.GetValue(keysOnly))
                .Write(entry.Key, entry.Value);
            return ExitCode.Done;
        });
        return command;
    }
}
