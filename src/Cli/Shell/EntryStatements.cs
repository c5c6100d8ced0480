using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Commands;
using KvCow.Cli.Output;

namespace KvCow.Cli.Shell;

/// <summary>Statements about the entries of the bucket in use.</summary>
internal static class EntryStatements
{
    // A statement must not flood the screen of someone who only wants a look.
    private const long EntriesMaxDefault = 100;

    private static EntryFormat FormatOf(ShellSession session) =>
        session.IsJson ? EntryFormat.Json
        : StandardStreams.IsOutputRedirected ? EntryFormat.Text
        : EntryFormat.Escaped;

    public static void AddTo(StatementTree tree)
    {
        AddGet(tree);
        AddPut(tree);
        AddDelete(tree);
        AddList(tree);
        AddCounts(tree);
        AddNeighbours(tree);
    }

    private static void AddGet(StatementTree tree)
    {
        Argument<ByteLiteral> key = CommonArguments.Key();
        tree.Add(new Command("get", "Print the value of a key") { key }, (parsed, _) =>
            tree.Session.Read(tree.Session.Bucket, bucket =>
            {
                byte[] sought = parsed.GetRequiredValue(key).Bytes;
                byte[]? value = bucket.Get(sought);
                if (value is null) return Failure.KeyNotFound();
                using OutputStream output = OutputStream.Standard();
                EntryWriter writer = new(output, FormatOf(tree.Session), isKeysOnly: false);
                if (tree.Session.IsJson)
                {
                    writer.Write(sought, value);
                    return ExitCode.Done;
                }

                writer.WriteBytes(value);
                output.Write("\n"u8);
                return ExitCode.Done;
            }));
    }

    private static void AddPut(StatementTree tree)
    {
        Argument<ByteLiteral> key = CommonArguments.Key();
        Argument<ByteLiteral> value = new("VALUE")
        {
            Description = "The value: text, or bytes as X'00cafe'",
            CustomParser = ByteLiteral.Parse,
        };
        Command put = new("put", "Store a value under a key") { key, value };
        put.Aliases.Add("set");
        tree.Add(put, (parsed, _) => tree.Session.Write(tx =>
        {
            byte[] stored = parsed.GetRequiredValue(value).Bytes;
            bool isNew = tree.Session.Bucket.OpenOrCreateIn(tx).Put(
                parsed.GetRequiredValue(key).Bytes, stored);
            return tree.Tell(("put", true), ("new", isNew), ("value_bytes", stored.Length));
        }));
    }

    private static void AddDelete(StatementTree tree)
    {
        Argument<ByteLiteral> key = CommonArguments.Key();
        Command delete = new("delete", "Delete a key and its value") { key };
        delete.Aliases.Add("rm");
        tree.Add(delete, (parsed, _) => tree.Session.Write(tx =>
            tree.Session.Bucket.OpenIn(tx).Delete(parsed.GetRequiredValue(key).Bytes)
                ? tree.Tell(("deleted", true))
                : Failure.KeyNotFound()));
    }

    private static void AddList(StatementTree tree)
    {
        KeyBoundOptions range = new();
        Option<bool> reverse = new("--reverse") { Description = "From the greatest key down" };
        Option<bool> keysOnly = CommonArguments.KeysOnly();
        Option<long?> limit = CommonArguments.Number(
            "--limit", $"At most so many entries [default: {EntriesMaxDefault}]", 0, long.MaxValue);
        Command list = new("list",
            "Print entries in key order: --prefix --from --to --reverse --limit --keys-only")
        {
            range.Prefix, range.From, range.To, reverse, keysOnly, limit,
        };
        list.Aliases.Add("scan");
        tree.Add(list, (parsed, ct) => tree.Session.Read(tree.Session.Bucket, bucket =>
        {
            KeyBounds bounds = range.Of(parsed);
            long most = parsed.GetValue(limit) ?? EntriesMaxDefault;
            using OutputStream output = OutputStream.Standard();
            new EntryPrinting
            {
                IsReversed = parsed.GetValue(reverse),
                IsKeysOnly = parsed.GetValue(keysOnly),
                EntriesMax = most,
                Format = FormatOf(tree.Session),
            }.Print(bounds.In(bucket), output, ct);
            long rest = bounds.CountIn(bucket) - most;
            if (rest > 0 && parsed.GetValue(limit) is null)
                StandardStreams.Error.WriteLine($"({rest} more; --limit N shows them)");
            return ExitCode.Done;
        }));
    }

    private static void AddCounts(StatementTree tree)
    {
        tree.Add(new Command("count", "Print the number of entries"), (_, _) =>
            tree.Session.Read(tree.Session.Bucket, bucket => Print(tree, "count", bucket.Count)));
        Argument<ByteLiteral> key = CommonArguments.Key();
        tree.Add(new Command("rank", "Print how many keys lie below KEY") { key }, (parsed, _) =>
            tree.Session.Read(tree.Session.Bucket,
                bucket => Print(
                    tree, "rank", bucket.Rank(parsed.GetRequiredValue(key).Bytes))));
    }

    private static void AddNeighbours(StatementTree tree)
    {
        foreach (var (name, description, find) in NeighbourCommands.ByPlace)
        {
            tree.Add(new Command(name, description), (_, _) =>
                tree.Session.Read(tree.Session.Bucket, bucket => Print(tree, find(bucket))));
        }

        foreach (var (name, description, find) in NeighbourCommands.ByKey)
        {
            Argument<ByteLiteral> key = CommonArguments.Key();
            tree.Add(new Command(name, description) { key }, (parsed, _) =>
                tree.Session.Read(tree.Session.Bucket,
                    bucket => Print(tree, find(bucket, parsed.GetRequiredValue(key).Bytes))));
        }
    }

    private static int Print(StatementTree tree, string name, long number)
    {
        if (tree.Session.IsJson) return tree.Tell((name, number));
        StandardStreams.Out.WriteNumber(number);
        return ExitCode.Done;
    }

    private static int Print(StatementTree tree, Entry? found)
    {
        if (found is not { } entry) return Failure.KeyNotFound();
        using OutputStream output = OutputStream.Standard();
        new EntryWriter(output, FormatOf(tree.Session), isKeysOnly: false)
            .Write(entry.Key, entry.Value);
        return ExitCode.Done;
    }
}
