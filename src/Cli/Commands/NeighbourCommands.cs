using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary>
/// The commands that print one entry by its place: <c>min max above below floor ceiling at</c>.
/// </summary>
internal static class NeighbourCommands
{
    /// <summary>The commands that take no key, with how they find the entry.</summary>
    public static readonly (string Name, string Description, Func<Bucket, Entry?> Find)[] ByPlace =
    [
        ("min", "Print the entry with the least key", bucket => bucket.Min()),
        ("max", "Print the entry with the greatest key", bucket => bucket.Max()),
    ];

    /// <summary>The commands that take a key.</summary>
    public static readonly (string Name, string Text, Func<Bucket, byte[], Entry?> Find)[] ByKey =
    [
        ("above", "Print the entry with the least key above KEY",
            (bucket, key) => bucket.Above(key)),
        ("below", "Print the entry with the greatest key below KEY",
            (bucket, key) => bucket.Below(key)),
        ("floor", "Print the entry of KEY, or else the one below",
            (bucket, key) => bucket.Floor(key)),
        ("ceiling", "Print the entry of KEY, or else the one above",
            (bucket, key) => bucket.Ceiling(key)),
    ];

    public static IEnumerable<Command> Create()
    {
        foreach ((string name, string description, Func<Bucket, Entry?> find) in ByPlace)
            yield return Complete(new Command(name, description), (_, bucket) => find(bucket));
        foreach ((string name, string description, Func<Bucket, byte[], Entry?> find) in ByKey)
        {
            Argument<ByteLiteral> key = CommonArguments.Key();
            yield return Complete(new Command(name, description) { key },
                (parsed, bucket) => find(bucket, parsed.GetRequiredValue(key).Bytes));
        }

        yield return ByIndex();
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
        Option<bool> json = CommonArguments.JsonEntries();
        Option<bool> keysOnly = CommonArguments.KeysOnly();
        string place = string.Concat(command.Arguments.Select(argument =>
            argument.Name == "INDEX" ? " 9" : " 2026-11-21"));
        command.Description += $"\n\nExamples:\nkvcow {command.Name} shop.kvcow{place} -b orders";
        command.Arguments.Insert(0, file);
        command.Options.Add(bucket);
        command.Options.Add(format);
        command.Options.Add(json);
        command.Options.Add(keysOnly);
        command.SetWork((parsed, _) =>
        {
            using Database database = DatabaseFile.OpenToRead(parsed.GetRequiredValue(file));
            using ReadTransaction tx = database.BeginRead();
            if (find(parsed, parsed.BucketPathOf(bucket).OpenIn(tx)) is not { } entry)
                return Failure.KeyNotFound();
            using OutputStream output = OutputStream.Standard();
            EntryFormat chosen =
                parsed.GetValue(json) ? EntryFormat.Json : parsed.GetValue(format);
            new EntryWriter(output, chosen, parsed.GetValue(keysOnly))
                .Write(entry.Key, entry.Value);
            return ExitCode.Done;
        });
        return command;
    }
}
