using System.CommandLine;
using KvCow.Cli.Arguments;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow get</c>: prints the value of a key, however large.</summary>
internal static class GetCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<ByteLiteral> key = CommonArguments.Key();
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Option<bool> raw = new("--raw") { Description = "Print no line feed after the value" };
        Option<EntryFormat?> format = new("--output", "-o")
        {
            Description = "text, escaped, hex or json [default: text]",
            HelpName = "FORMAT",
        };
        Option<bool> json = CommonArguments.JsonEntries();
        Command command = new("get", """
            Print the value of a key

            Examples:
              kvcow get shop.kvcow apple
              kvcow get shop.kvcow apple --bucket stock/fruit --raw > apple.bin
            """)
        {
            file, key, bucket, raw, format, json,
        };
        command.Aliases.Add("lookup");
        command.SetWork((parsed, _) => Get(
            parsed.GetRequiredValue(file), parsed.BucketPathOf(bucket),
            parsed.GetRequiredValue(key).Bytes, parsed.GetValue(raw),
            parsed.GetValue(json)
                ? EntryFormat.Json
                : parsed.GetValue(format) ?? EntryFormat.Text));
        return command;
    }

    private static int Get(
        string file, BucketPath path, byte[] key, bool isRaw, EntryFormat format)
    {
        using Database database = DatabaseFile.OpenToRead(file);
        using ReadTransaction tx = database.BeginRead();
        Bucket bucket = path.OpenIn(tx);
        using Stream? value = bucket.GetStream(key);
        if (value is null) return Failure.KeyNotFound();
        using OutputStream output = OutputStream.Standard();
        EntryWriter writer = new(output, format, isKeysOnly: false);
        if (format == EntryFormat.Json)
        {
            writer.Write(key, bucket.Get(key));
            return ExitCode.Done;
        }

        if (format == EntryFormat.Text) output.WriteFrom(value);
        else writer.WriteBytes(bucket.Get(key));
        if (!isRaw) output.Write("\n"u8);
        output.Flush();
        return ExitCode.Done;
    }
}
