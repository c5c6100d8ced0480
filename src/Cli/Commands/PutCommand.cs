using System.CommandLine;
using System.Text;
using KvCow.Cli.Arguments;
using KvCow.Cli.Import;
using KvCow.Cli.Output;

namespace KvCow.Cli.Commands;

/// <summary><c>kvcow put</c>: stores a value, creating file and bucket if need be.</summary>
internal static class PutCommand
{
    public static Command Create()
    {
        Argument<string> file = CommonArguments.File();
        Argument<ByteLiteral> key = CommonArguments.Key();
        Argument<ByteLiteral?> value = new("VALUE")
        {
            Description = "The value: text, bytes as X'00cafe', @PATH for a file's content; "
                + "@@ stands for one @",
            Arity = ArgumentArity.ZeroOrOne,
            CustomParser = ByteLiteral.Parse,
        };
        Option<string> input = new("--input", "-i")
        {
            Description = "Take the value from a file instead; - is standard input",
            HelpName = "PATH",
        };
        Option<BucketPath> bucket = CommonArguments.Bucket();
        Option<long?> pageBytes = CommonArguments.PageBytes();
        Option<bool> json = CommonArguments.Json();
        Command command = new("put", """
            Store a value under a key

            Examples:
              kvcow put shop.kvcow apple 3
              kvcow put shop.kvcow apple "X'00cafe'" --bucket stock/fruit
              kvcow put shop.kvcow licence --input LICENSE
            """)
        {
            file, key, value, input, bucket, pageBytes, json,
        };
        command.Aliases.Add("set");
        command.Aliases.Add("insert");
        command.Validators.Add(parsed =>
        {
            bool isTyped = parsed.GetResult(value) is { Tokens.Count: > 0 };
            bool isRead = parsed.GetResult(input) is not null;
            if (isTyped == isRead) parsed.AddError("put takes either a VALUE or --input.");
        });
        command.SetWork((parsed, ct) =>
        {
            using Stream source = parsed.GetValue(input) is { } path
                ? InputFile.OpenSeekable(path)
                : OpenTyped(parsed.GetRequiredValue(value)!);
            return DatabaseFile.Fill(parsed.GetRequiredValue(file), parsed.GetValue(pageBytes),
                database => Put(database, parsed.BucketPathOf(bucket),
                    parsed.GetRequiredValue(key).Bytes, source, parsed.GetValue(json), ct));
        });
        return command;
    }

    private static Stream OpenTyped(ByteLiteral literal)
    {
        byte[] value = literal.Bytes;
        if (literal.IsTypedAsHex || !value.AsSpan().StartsWith("@"u8))
            return new MemoryStream(value);
        if (value.AsSpan().StartsWith("@@"u8)) return new MemoryStream(value[1..]);
        return InputFile.OpenSeekable(Encoding.UTF8.GetString(value.AsSpan(1)));
    }

    private static int Put(Database database, BucketPath bucket, byte[] key, Stream value,
        bool isJson, CancellationToken ct)
    {
        using WriteTransaction tx = database.BeginWrite(ct);
        bool isNew = bucket.OpenOrCreateIn(tx).Put(key, value, value.Length, ct);
        tx.Commit();
        if (isJson)
            JsonOutput.Write(("put", true), ("new", isNew), ("value_bytes", value.Length));
        return ExitCode.Done;
    }
}
